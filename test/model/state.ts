import type { Game } from './game.ts'
import type { TunnelRequest } from './tunnel-requests.ts'
import type { Kept, Said, Stay } from './said.ts'
import { words, type Speech, type Words } from './words.ts'

/** `bytes`: of a mailbox. Guests together have a quarter of it, and of `perRecipient`. */
export const limits = { burst: 6, perPair: 3, perRecipient: 8, bytes: 12_000, guestShare: 1 / 4 }

export interface StoredMessage {
  readonly said: Said
  /** The conversation of the two. */
  readonly of: string
  readonly from: string
  readonly guest: boolean
  readonly text: string
}

/** What a `cp` connection is in the middle of (P-3, P-6). */
interface CpState {
  state: 'Idle' | 'Process Command' | 'Receiving Message' | 'Error Processing'
  /** PDUs of the message in hand that come after the next 250, and what to do when it has all come. */
  rest: string[]
  confirm: (() => void) | undefined
  lastStored: number
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
  readonly address: string
  readonly words: Words
  open: boolean
  person: Person | undefined
  /** Until when somebody has to sign in. */
  signInDue: number
  nextPing: number | undefined
  pongDue: number | undefined
  /** Delivered, and received with the client's next input. */
  underway: StoredMessage[]
  cp: CpState
  /** Behind it a message of the mailbox was told as it came (L-11). */
  mailFrom: number
  mailTold: ReadonlySet<StoredMessage>
  /** Of what it has heard. */
  readonly places: number[]
  /** What it must have heard since the last look. */
  heard: string[]
}

/** Somebody who is here. */
export interface Person {
  readonly key: string
  readonly name: string
  readonly registered: boolean
  /** The last place before it came. */
  readonly since: number
  readonly connections: Set<Connection>
}

/** How much may still be said at once. */
interface Bucket {
  tokens: number
  at: number
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
  readonly mailboxes = new Map<string, StoredMessage[]>()
  game: Game | undefined
  tunnels: TunnelRequest[] = []
  /** Sign-ins with a wrong password. */
  readonly failures: { readonly address: string; readonly at: number }[] = []
  /** In the order of their places. */
  readonly kept: Kept[] = []
  readonly stays: Stay[] = []
  /** How far each user has read, by conversation. */
  readonly marks = new Map<string, Map<string, number>>()
  /** How far a client of that name had come when it left. */
  readonly cursors = new Map<string, number>()
  readonly #buckets = new Map<string, Bucket>()
  #lastPlace = 0

  get lastPlace(): number {
    return this.#lastPlace
  }

  nextPlace(): number {
    return ++this.#lastPlace
  }

  /** What the community decides has whole milliseconds. */
  get logTime(): number {
    return Math.floor(this.now)
  }

  get openConnections(): readonly Connection[] {
    return this.connections.filter((each) => each.open)
  }

  open(speech: Speech, address: string): Connection {
    const connection: Connection = {
      id: this.connections.length,
      speech,
      address,
      words: words[speech],
      open: true,
      person: undefined,
      signInDue: this.now + words[speech].signInMs,
      nextPing: undefined,
      pongDue: undefined,
      underway: [],
      cp: newCpState(),
      mailFrom: 0,
      mailTold: new Set(),
      places: [],
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

  mailbox(key: string): StoredMessage[] {
    let messages = this.mailboxes.get(key)
    if (!messages) this.mailboxes.set(key, (messages = []))
    return messages
  }

  /** */
  put(key: string, from: Person, text: string, of: string): StoredMessage | 'full' {
    const messages = this.mailbox(key)
    const guest = !from.registered
    const bytes = Buffer.byteLength(text)
    const ofPair = messages.filter((each) => each.from.toLowerCase() === from.key)
    const ofGuests = messages.filter((each) => each.guest)
    const isFull =
      ofPair.length >= limits.perPair ||
      messages.length >= limits.perRecipient ||
      bytesOf(messages) + bytes > limits.bytes ||
      (guest && ofGuests.length + 1 > limits.perRecipient * limits.guestShare) ||
      (guest && bytesOf(ofGuests) + bytes > limits.bytes * limits.guestShare)
    if (isFull) return 'full'
    const said = { place: this.nextPlace(), kept: from.registered }
    const message = { said, of, from: from.name, guest, text }
    messages.push(message)
    return message
  }

  take(key: string, taken: StoredMessage): void {
    this.mailboxes.set(
      key,
      this.mailbox(key).filter((each) => each !== taken),
    )
  }

  /** One more message that others hear, at one a second after the burst. */
  mayTalk(by: Connection): boolean {
    const bucket = this.#bucket(by)
    bucket.tokens = Math.min(limits.burst, bucket.tokens + (this.now - bucket.at) / 1_000)
    bucket.at = this.now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  /** It was said in vain. */
  giveBack(by: Connection): void {
    this.#bucket(by).tokens++
  }

  /** Whether one more wrong password from there is refused like those before it. */
  mayFail(address: string): boolean {
    return this.failures.filter((each) => each.address === address && this.now - each.at < 60_000).length < 4
  }

  /** A user's; a guest's is the address's, but on loopback the name's. */
  #bucket({ person, address }: Connection): Bucket {
    const key = person!.registered || address === loopback ? `name ${person!.key}` : `address ${address}`
    let bucket = this.#buckets.get(key)
    if (!bucket) this.#buckets.set(key, (bucket = { tokens: limits.burst, at: this.now }))
    return bucket
  }
}

export const loopback = '127.0.0.1'

function bytesOf(messages: readonly StoredMessage[]): number {
  return messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
}

function newCpState(): CpState {
  return {
    state: 'Idle',
    rest: [],
    confirm: undefined,
    lastStored: 0,
    broadcasts: [],
    confirmationDue: undefined,
    last: undefined,
    isAscii: false,
    isGivenUp: false,
  }
}
