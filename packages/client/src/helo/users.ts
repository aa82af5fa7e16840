import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import type { UserList } from '../features.ts'
import { signInWords } from '../kit/line-text.ts'
import type { HeloConnection } from './connection.ts'
import { refusalOf } from './replies.ts'

/** How often it is asked who is here: nobody is told of it (H-4). */
const againMs = 30_000
/** A connection that has not signed in (H-4). */
const unknown = 'unknown'

/** Waits for the greeting and takes the name. Where that fails the connection is cut. */
export async function signIn(connection: HeloConnection): Promise<void> {
  const { context } = connection
  try {
    const words = signInWords(context)
    await connection.exchange({ lines: [], reply: greeting })
    const reply = (line: WordLine) => taken(line, context)
    connection.me = await connection.exchange({ lines: [`HELO ${words}`], reply })
  } catch (error) {
    connection.destroy('not signed in')
    throw error
  }
}

/** H-1 */
function greeting(line: WordLine): true | ChatError {
  if (line.word === 'HELO') return true
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  const shown = line.word.slice(0, 40)
  return (
    refusalOf(line) ??
    new ChatError('broken-server', `this is no helo server: it greets with "${shown}", not with HELO`)
  )
}

function taken(line: WordLine, { name, password }: ClientContext): string | ChatError | undefined {
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  const refusal = refusalOf(line)
  // where nobody registered the name, what stands behind it is no password.
  if (refusal?.code === 'name-invalid' && password !== undefined) {
    return new ChatError('refused', `the server takes no password for the name ${name}; sign in without one`)
  }
  if (line.word !== '+OK') return refusal
  const { word, rest } = splitWord(line.rest)
  return (word === 'HELO' && splitWord(rest).word) || name
}

/**
 * helo.txt 7.4, H-4: each connection that has not signed in is one `unknown`. `helo` has no words
 * for coming and going. So every list of users is compared with the one before, and a list is
 * requested on a timer. The first list is only remembered.
 */
export class HeloUsers implements UserList {
  readonly #connection: HeloConnection
  #here: ReadonlyMap<string, string> | null = null
  #cancel = () => {}

  constructor(connection: HeloConnection) {
    this.#connection = connection
    connection.listed = (names) => this.#listed(names)
    connection.ending.addEventListener('abort', () => this.#cancel(), { once: true })
    this.#listLater()
  }

  list(): Promise<readonly string[]> {
    return this.#connection.users()
  }

  #listLater(): void {
    const { context, ending } = this.#connection
    this.#cancel = context.clock.after(againMs, () => {
      // A refusal or a lost connection is told elsewhere.
      if (this.#connection.me !== '') void this.list().catch(() => {})
      if (!ending.aborted) this.#listLater()
    })
  }

  #listed(names: readonly string[]): void {
    const { context } = this.#connection
    const before = this.#here
    const now = new Map(names.filter((name) => name !== unknown).map((name) => [name.toLowerCase(), name]))
    this.#here = now
    if (!before) return
    for (const [key, user] of before) if (!now.has(key)) context.emit('left', { user })
    for (const [key, user] of now) if (!before.has(key)) context.emit('joined', { user })
  }
}
