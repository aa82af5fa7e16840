import type { CheckedProtocol } from '../check/checked-protocol.ts'
import { passwordIn, withPassword } from './secrets.ts'

/** Stands in a recording in place of every password. Each holder gets one of these. */
const passwordOf = (index: number) => `secret${index + 12}`

interface Tried {
  readonly name: string
  readonly password: string
}

/** Keeps passwords out of a recording: it has accounts of its own, with passwords of its own. */
export class RecordedSecrets {
  readonly #stands = new Map<string, string>()
  readonly #last = new WeakMap<object, Tried>()
  readonly #holders = new Map<string, string>()

  /** A client's line without its password. `connection` is what the reply will come on. */
  said(connection: object, name: string | undefined, line: string, row: Pick<CheckedProtocol, 'password'>): string {
    const password = passwordIn(line, row)
    if (password === undefined) return line
    if (name !== undefined) this.#last.set(connection, { name, password })
    return withPassword(line, row, this.#standFor(password))
  }

  /** The sign-in on this connection was taken: with a password, the name is that of an account. */
  accepted(connection: object): void {
    const tried = this.#last.get(connection)
    if (tried) this.#holders.set(tried.name, this.#standFor(tried.password))
  }

  /** Lines of a transcript. */
  accounts(): readonly string[] {
    return Array.from(this.#holders, ([name, password]) => `account ${name} ${JSON.stringify(password)}`)
  }

  #standFor(password: string): string {
    const stand = this.#stands.get(password) ?? passwordOf(this.#stands.size)
    this.#stands.set(password, stand)
    return stand
  }
}
