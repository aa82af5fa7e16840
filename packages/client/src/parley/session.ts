import type { Body } from '@parley/protocols'
import type { ClientSession } from '../client-protocol.ts'
import { makeFeatures, type MadeBy } from '../kit/make-features.ts'
import type { ParleyConnection } from './connection.ts'
import type { HearEvent } from './events.ts'
import { features, parts } from './features.ts'

const shownCharacters = 200

/** One signed-in user on one connection (docs/protocols/parley.md). */
export class ParleySession implements ClientSession {
  readonly features: Partial<MadeBy<typeof features>> & Pick<MadeBy<typeof features>, 'talk' | 'users'>
  readonly #connection: ParleyConnection
  readonly #heard: ReadonlyMap<string, HearEvent>

  /** Made once the server has said what it can do, and before anybody signs in. */
  constructor(connection: ParleyConnection) {
    this.#connection = connection
    const made = makeFeatures(features, connection)
    const missing = Object.entries(parts).filter(([, part]) => !connection.hello.features.includes(part))
    const absent = new Set(missing.map(([name]) => name))
    const present = Object.entries(made).filter(([name]) => !absent.has(name))
    this.features = Object.fromEntries(present) as typeof this.features
    const { messages } = connection
    this.#heard = new Map<string, HearEvent>([
      ...present.flatMap(([, feature]) => ('heard' in feature ? Object.entries(feature.heard) : [])),
      ['message', (event) => messages.hearMessage(event)],
      ['message-deleted', (event) => messages.hearDeletion(event)],
      ['caught-up', (event) => messages.hearEnd(event)],
      ['ping', () => connection.send('pong')],
      ['bye', (event) => connection.destroy(farewell(event))],
    ])
  }

  get me(): string {
    return this.#connection.me
  }

  /** What this version does not know is passed over: servers may know more. */
  hear(name: string, event: Body): void {
    this.#heard.get(name)?.(event)
  }

  quit(): Promise<void> {
    return this.#connection.quit()
  }
}

function farewell({ message }: Body): string {
  if (typeof message !== 'string' || message === '') return 'the server ended the connection'
  return `the server ended the connection: ${message.slice(0, shownCharacters)}`
}
