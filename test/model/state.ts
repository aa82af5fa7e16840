import type { Game } from './game.ts'
import type { TunnelRequest } from './tunnel-requests.ts'
import { words, type Speech, type Words } from './words.ts'

/** The accounts of every model, and their passwords. */
export const accounts: ReadonlyMap<string, { readonly name: string; readonly password: string }> = new Map(
  ['Ann', 'bob', 'Cleo'].map((name) => [name.toLowerCase(), { name, password: `of-${name}` }]),
)

export const limits = { burst: 6, perPair: 3, perRecipient: 5 }

export interface Letter {
  readonly id: number
  readonly from: string
  readonly text: string
}

/** What a `cp` connection is in the middle of (P-3, P-6). */
interface Desk {
  state: 'Idle' | 'Process Command' | 'Receiving Message' | 'Error Processing'
  /** PDUs of the message in hand that come after the next 250, and what to do when it has all come. */
  rest: string[]
  confirm: (() => void) | undefined
  lastLetter: number
  broadcasts: (readonly string[])[]
  confirmationDue: number | undefined
  /** What was handed out last, until the client says something. */
  last: string | undefined
  /** It has shown that it reads nothing but ASCII (P-9). */
  isAscii: boolean
  /** The PDU in hand was answered by something out of place, and waits for no confirmation any more. */
  isGivenUp: boolean
}

export interface Connection {
  readonly id: number
  readonly speech: Speech
  readonly words: Words
  open: boolean
  person: Person | undefined
  /** Until when somebody has to sign in. */
  signInDue: number
  nextPing: number | undefined
  pongDue: number | undefined
  /** Delivered, and received with the client's next input. */
  underway: Letter[]
  wrongPasswords: number
  desk: Desk
  /** What it must have heard since the last look. */
  heard: string[]
}

/** Somebody who is here. */
export interface Person {
  readonly key: string
  readonly name: string
  readonly registered: boolean
  readonly connections: Set<Connection>
  tokens: number
  tokensAt: number
}

/**
 * A community as the rulings describe it, in plain collections: who is here, what waits, what time it is. What happens in it is in the
 * files beside this one. It shares no code with the server.
 */
export class State {
  now = 0
  readonly connections: Connection[] = []
  /** In the order of signing in, by lower-case name. */
  readonly people = new Map<string, Person>()
  readonly mailboxes = new Map<string, Letter[]>()
  game: Game | undefined
  tunnels: TunnelRequest[] = []
  #lastLetter = 0

  get openConnections(): readonly Connection[] {
    return this.connections.filter((each) => each.open)
  }

  open(speech: Speech): Connection {
    const connection: Connection = {
      id: this.connections.length,
      speech,
      words: words[speech],
      open: true,
      person: undefined,
      signInDue: this.now + words[speech].signInMs,
      nextPing: undefined,
      pongDue: undefined,
      underway: [],
      wrongPasswords: 0,
      desk: emptyDesk(),
      heard: [...words[speech].greeting],
    }
    this.connections.push(connection)
    return connection
  }

  find(name: string): Person | undefined {
    return this.people.get(name.toLowerCase())
  }

  others(than: Person): readonly Connection[] {
    return this.openConnections.filter((each) => each.person && each.person !== than)
  }

  mailbox(key: string): Letter[] {
    let letters = this.mailboxes.get(key)
    if (!letters) this.mailboxes.set(key, (letters = []))
    return letters
  }

  put(key: string, from: string, text: string): Letter | 'full' {
    const letters = this.mailbox(key)
    const ofPair = letters.filter((each) => each.from.toLowerCase() === from.toLowerCase()).length
    if (letters.length >= limits.perRecipient || ofPair >= limits.perPair) return 'full'
    const letter = { id: ++this.#lastLetter, from, text }
    letters.push(letter)
    return letter
  }

  take(key: string, taken: Letter): void {
    this.mailboxes.set(
      key,
      this.mailbox(key).filter((each) => each !== taken),
    )
  }

  /** One more message that others hear, at one a second after the burst. */
  mayTalk(person: Person): boolean {
    person.tokens = Math.min(limits.burst, person.tokens + (this.now - person.tokensAt) / 1_000)
    person.tokensAt = this.now
    if (person.tokens < 1) return false
    person.tokens--
    return true
  }
}

function emptyDesk(): Desk {
  return {
    state: 'Idle',
    rest: [],
    confirm: undefined,
    lastLetter: 0,
    broadcasts: [],
    confirmationDue: undefined,
    last: undefined,
    isAscii: false,
    isGivenUp: false,
  }
}
