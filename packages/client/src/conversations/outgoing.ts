import { ChatError } from '../chat-error.ts'
import type { Chat } from '../chat.ts'
import { cleanText } from '../clean-text.ts'
import type { Clock } from '../clock.ts'
import type { Secrecy } from '../features.ts'
import type { Memory } from '../memory.ts'
import type { Stamp } from '../stamp.ts'
import { conversationKey } from './conversation-list.ts'
import { inputsOf, isIn, nameIn, nameOf, revocable, shownLine, unsentMessage } from './lane.ts'
import type { Lane, Returned, Waiting } from './lane.ts'
import type { Line } from './line.ts'
import { newNonce } from './nonces.ts'
import { titleOf } from './past-lines.ts'
import { TakenStamps } from './taken-stamps.ts'

/** How long to wait when the server takes no more at the moment. */
const paceMs = 250
/** Others come back from the same break a little later: until then somebody who is not there may be on the way. */
const returnMs = 30_000
const returnPaceMs = 2_000
/** What is sent sooner than this was never shown as unsent. */
const promptMs = 400
/** Above the ids of all lines that were said. */
const firstId = 2 ** 52

export interface OutgoingParts {
  readonly chat: Pick<Chat, 'state' | 'on' | 'can' | 'isCaughtUp'>
  readonly clock: Clock
  /** Keeps what is unsent for the next start of the program. */
  readonly memory?: Memory | undefined
  readonly now: () => number
  /** Rejects with a ChatError when it was not taken; resolves with how it was sent. */
  send(title: string, text: string, nonce: string): Promise<Secrecy | null>
  /** The server took it; `stamp`: where it numbers what is said. */
  sent(title: string, text: string, secrecy: Secrecy | null, stamp: Stamp | undefined): void
  /** It was refused, and nothing behind it is sent. `place`: where it was written; `title`: for whom. */
  refused(place: string, title: string, error: ChatError): void
  changed(): void
  /** Somebody who wants to leave waits for it; it resolves with whether all of it was sent. */
  underWay(work: Promise<boolean>, name: () => string): void
}

/**
 * Messages on their way out, those of one conversation in the order in which they were written. What
 * the server does not take at the moment is sent again a little later. What is written while
 * disconnected is sent after the connection is back. Until then it can be taken back.
 *
 * Each message goes out once where the server keeps it: after a break it is sent again only if
 * catching up does not bring it. To be made before whatever else listens to the chat: what came back
 * is known by its name then, and not shown as something new.
 */
export class Outgoing {
  readonly #parts: OutgoingParts
  readonly #lanes = new Map<string, Lane>()
  readonly #stamps: TakenStamps
  readonly #refusedWatchers = new Set<(returned: Returned) => void>()
  #nextId = firstId
  #wake: (() => void)[] = []
  #areOthersReturning = false
  #cancelReturn = () => {}

  constructor(parts: OutgoingParts) {
    this.#parts = parts
    const { chat } = parts
    this.#stamps = new TakenStamps(chat)
    chat.on('reconnected', () => {
      this.#areOthersReturning = true
      this.#cancelReturn()
      this.#cancelReturn = parts.clock.after(returnMs, () => (this.#areOthersReturning = false))
      this.#wakeAll()
    })
    chat.on('caught-up', () => this.#wakeAll())
    chat.on('closed', () => {
      this.#cancelReturn()
      this.#wakeAll()
    })
    for (const event of ['broadcast', 'group-message', 'private-message', 'unreadable'] as const) {
      chat.on(event, ({ stamp }) => stamp && this.#cameBack(stamp))
    }
  }

  /** What the last program could not send. To be called once, before anything is added. */
  async restore(): Promise<void> {
    const { unsent } = (await this.#parts.memory?.load()) ?? { unsent: [] }
    for (const { of, text, nonce, at, isTried } of unsent) {
      const title = titleOf(of)
      this.#push(title, { line: this.#line(title, text, title, at), nonce, place: title, isTried, isConfirmed: false })
    }
  }

  /** One message, to `everybody`, `@user` or `#group`. `place`: the conversation where it was written. */
  add(title: string, text: string, place: string = title): void {
    const line = this.#line(title, text, place, this.#parts.now())
    this.#push(title, { line, nonce: newNonce(), place, isTried: false, isConfirmed: false })
    this.#changed()
  }

  /** `run` gets what was refused and all that waited behind it. Returns how to stop. */
  onRefused(run: (returned: Returned) => void): () => void {
    this.#refusedWatchers.add(run)
    return () => void this.#refusedWatchers.delete(run)
  }

  /** What waits in that conversation, or was written there, and is to be shown: nothing where it is sent at once. */
  shown(key: string): readonly Line[] {
    const held = [...this.#lanes.values()].filter(({ isHeld }) => isHeld)
    const lines = held.flatMap((lane) =>
      lane.waiting.filter((each) => isIn(each, key)).map((each) => shownLine(lane, each)),
    )
    return lines.toSorted((one, other) => one.id - other.id)
  }

  /** How many wait in that conversation, or were written there, and can be taken back; of all without a key. */
  count(key?: string): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + revocable(lane, key).length, 0)
  }

  /** Stops what waits in that conversation or was written there, or everything, and returns it. */
  takeBack(key?: string): readonly Returned[] {
    const taken = [...this.#lanes.values()].flatMap((lane) => {
      const mine = revocable(lane, key)
      const left = lane.waiting.filter((each) => !mine.includes(each))
      lane.waiting.splice(0, Infinity, ...left)
      return inputsOf(lane.title, mine)
    })
    this.#wakeAll()
    this.#changed()
    return taken
  }

  #line(title: string, text: string, place: string, at: number): Line {
    const key = conversationKey(title)
    return {
      id: this.#nextId++,
      at,
      kind: 'unsent',
      conversation: key,
      from: null,
      to: conversationKey(place) === key ? null : nameIn(title),
      mine: true,
      text: cleanText(text),
      secrecy: null,
    }
  }

  #push(title: string, one: Waiting): void {
    const key = conversationKey(title)
    const known = this.#lanes.get(key)
    const lane = known ?? { title, waiting: [], isSending: false, isHeld: false, isFromBreak: false }
    lane.waiting.push(one)
    this.#lanes.set(key, lane)
    if (!this.#isReady()) lane.isHeld = lane.isFromBreak = true
    if (!known) this.#parts.underWay(this.#run(key, lane), () => nameOf(lane))
  }

  /** Resolves with whether all of it was sent. */
  async #run(key: string, lane: Lane): Promise<boolean> {
    const cancel = this.#parts.clock.after(promptMs, () => {
      lane.isHeld = true
      this.#parts.changed()
    })
    let isAllSent = true
    for (let next = lane.waiting[0]; next && isAllSent; next = lane.waiting[0]) {
      isAllSent = await this.#sendOne(lane, next)
    }
    cancel()
    this.#lanes.delete(key)
    this.#changed()
    return isAllSent
  }

  /** false: it was refused. It may also be left where it is, to be tried again. */
  async #sendOne(lane: Lane, one: Waiting): Promise<boolean> {
    if (one.isConfirmed) {
      lane.waiting.shift()
      return true
    }
    if (!this.#isReady()) {
      await this.#heldUntil((run) => void this.#wake.push(run), lane)
      return true
    }
    const { send, sent } = this.#parts
    lane.isSending = one.isTried = true
    this.#remember()
    try {
      const { title } = lane
      const { text } = one.line
      const { result: secrecy, stamp } = await this.#stamps.of(one.nonce, () => send(title, text, one.nonce))
      sent(title, text, secrecy, stamp)
      lane.waiting.shift()
      this.#remember()
      return true
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      return await this.#failed(lane, one, error)
    } finally {
      lane.isSending = false
    }
  }

  async #failed(lane: Lane, one: Waiting, error: ChatError): Promise<boolean> {
    const { chat, clock, refused } = this.#parts
    lane.isSending = false
    // Whether the server still took it is not known.
    if ((error.code === 'closed' || error.code === 'unreachable') && chat.state !== 'connected') {
      return (lane.isFromBreak = true)
    }
    one.isTried = false
    if (error.code === 'too-many-messages') {
      await this.#heldUntil((run) => void clock.after(paceMs, run), lane)
      return true
    }
    if (error.code === 'no-such-user' && lane.isFromBreak && this.#areOthersReturning) {
      await this.#heldUntil((run) => void clock.after(returnPaceMs, run), lane)
      return true
    }
    const rest = lane.waiting.splice(0)
    refused(rest[0]?.place ?? lane.title, lane.title, error)
    for (const returned of inputsOf(lane.title, rest)) for (const run of this.#refusedWatchers) run(returned)
    return false
  }

  #isReady(): boolean {
    const { chat } = this.#parts
    return chat.state === 'connected' && chat.isCaughtUp
  }

  /** A message of this user came from the server: while catching up it may be one of these. */
  #cameBack(stamp: Stamp): void {
    const found = stamp.nonce === null ? undefined : this.#find(stamp.nonce)
    if (!found || found.one.isConfirmed) return
    const { lane, one } = found
    one.isConfirmed = true
    // It was sealed for somebody else, and can be read here all the same.
    this.#parts.sent(lane.title, one.line.text, lane.title.startsWith('@') ? 'sealed' : 'plain', stamp)
    const at = lane.waiting.indexOf(one)
    if (at > 0 || !lane.isSending) lane.waiting.splice(at, 1)
    this.#changed()
  }

  #find(nonce: string): { readonly lane: Lane; readonly one: Waiting } | undefined {
    for (const lane of this.#lanes.values()) {
      const one = lane.waiting.find((each) => each.nonce === nonce)
      if (one) return { lane, one }
    }
    return undefined
  }

  #heldUntil(wait: (run: () => void) => void, lane: Lane): Promise<void> {
    lane.isHeld = true
    this.#parts.changed()
    return new Promise(wait)
  }

  #wakeAll(): void {
    for (const run of this.#wake.splice(0)) run()
  }

  #changed(): void {
    this.#remember()
    this.#parts.changed()
  }

  #remember(): void {
    const unsent = [...this.#lanes.values()].flatMap(({ title, waiting }) =>
      waiting.filter(({ isConfirmed }) => !isConfirmed).map((each) => unsentMessage(title, each)),
    )
    this.#parts.memory?.save({ unsent })
  }
}
