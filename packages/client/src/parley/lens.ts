import type { HeardMessage, Lens } from '../lens.ts'
import type { ParleyConnection } from './connection.ts'
import { list, members, optional, text, Wrong, type Shape } from './shapes.ts'

const field = members({ name: text, value: text, hex: optional(text), clause: text })
const rendition = members({ protocol: text, form: optional(text), frames: list(list(field)) })
const texts: Shape<Readonly<Record<string, string>>> = (value) => {
  const isTexts =
    typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
  return isTexts ? (value as Readonly<Record<string, string>>) : new Wrong('', 'texts')
}
const shown = members({ renditions: list(rendition), clauses: texts })

export class ParleyLens implements Lens {
  readonly #connection: ParleyConnection

  constructor(connection: ParleyConnection) {
    this.#connection = connection
  }

  show(message: number | HeardMessage) {
    return this.#connection.request('lens', typeof message === 'number' ? { seq: message } : { message }, shown)
  }
}
