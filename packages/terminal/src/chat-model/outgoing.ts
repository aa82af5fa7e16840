import { ChatError, type Chat, type Clock } from '@parley/client'
import { cleanLine, cleanText } from '../clean-text.ts'
import type { Line } from './line.ts'
import type { UnderWay } from './under-way.ts'

/** How long to wait when the server takes no more for now (X-8). */
const paceMs = 250
/** Others come back from the same break a little later: until then somebody who is not there may be on the way. */
const returnMs = 30_000
const returnPaceMs = 2_000
/** What is sent sooner than this was never shown as unsent. */
const promptMs = 400
/** Above the numbers of all lines that were said. */
const firstId = 2 ** 52
/** Characters of a message that are shown of it. */
const mostQuoted = 40

export interface OutgoingParts {
  readonly chat: Pick<Chat, 'state' | 'on'>
  readonly clock: Clock
  readonly underWay: UnderWay
  readonly now: () => number
  /** Rejects with a ChatError when it was not taken. */
  send(title: string, text: string): Promise<void>
  /** It was refused, and nothing behind it is sent. `place`: where it was written; `title`: for whom. */
  refused(place: string, title: string, error: ChatError): void
  changed(): void
}

/** What was not sent, as an input of the conversation where it was written. */
export interface Returned {
  readonly key: string
  readonly input: string
}

interface Waiting {
  readonly line: Line
  /** The title of the conversation where it was written. */
  readonly place: string
}

/** What waits for one conversation. */
interface Lane {
  readonly title: string
  readonly waiting: Waiting[]
  /** Handed to the server, which has not answered: it cannot be taken back. */
  isSending: boolean
  /** It takes a while: what waits is shown. */
  isHeld: boolean
  /** Some of it was written while disconnected, or was on its way when the connection broke. */
  isFromBreak: boolean
}

/**
 * Messages on their way out, those of one conversation in the order in which they were written. What the server does not take for now is sent again a little later,
 * what is written while disconnected after the connection is back. Until then it can be taken back.
 */
export class Outgoing {
  readonly #parts: OutgoingParts
  readonly #lanes = new Map<string, Lane>()
  #nextId = firstId
  #wake: (() => void)[] = []
  #areOthersReturning = false
  #cancelReturn = () => {}
  readonly #refusedWatchers = new Set<(returned: Returned) => void>()

  constructor(parts: OutgoingParts) {
    this.#parts = parts
    const wake = () => {
      for (const run of this.#wake.splice(0)) run()
    }
    parts.chat.on('reconnected', () => {
      this.#areOthersReturning = true
      this.#cancelReturn()
      this.#cancelReturn = parts.clock.after(returnMs, () => (this.#areOthersReturning = false))
      wake()
    })
    parts.chat.on('closed', () => {
      this.#cancelReturn()
      wake()
    })
  }

  /** One message, to `everybody`, `@user` or `#group`. `place`: the conversation where it was written. */
  add(title: string, text: string, place: string = title): void {
    const { now, underWay, chat } = this.#parts
    const key = keyOf(title)
    const known = this.#lanes.get(key)
    const lane = known ?? { title, waiting: [], isSending: false, isHeld: false, isFromBreak: false }
    const line: Line = {
      id: this.#nextId++,
      at: now(),
      kind: 'unsent',
      conversation: key,
      from: null,
      to: keyOf(place) === key ? null : nameIn(title),
      mine: true,
      text: cleanText(text),
      secrecy: null,
    }
    lane.waiting.push({ line, place })
    this.#lanes.set(key, lane)
    if (chat.state !== 'connected') lane.isHeld = lane.isFromBreak = true
    if (!known) underWay.add(this.#run(key, lane), () => nameOf(lane))
    this.#parts.changed()
  }

  /** `run` gets what was refused and all that waited behind it. Returns how to stop. */
  onRefused(run: (returned: Returned) => void): () => void {
    this.#refusedWatchers.add(run)
    return () => void this.#refusedWatchers.delete(run)
  }

  /** What waits in that conversation, or was written there, and is to be shown: nothing where it is sent at once. */
  shown(key: string): readonly Line[] {
    const held = [...this.#lanes.values()].filter(({ isHeld }) => isHeld)
    const lines = held.flatMap((lane) => lane.waiting.filter((each) => isIn(each, key)).map(({ line }) => line))
    return lines.toSorted((one, other) => one.id - other.id)
  }

  /** How many wait in that conversation, or were written there, and can be taken back; of all without a key. */
  count(key?: string): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + mineOf(lane, key).length, 0)
  }

  /** Stops what waits in that conversation or was written there, or everything, and returns it. */
  takeBack(key?: string): readonly Returned[] {
    const taken = [...this.#lanes.values()].flatMap((lane) => {
      const mine = mineOf(lane, key)
      const left = lane.waiting.filter((each) => !mine.includes(each))
      lane.waiting.splice(0, Infinity, ...left)
      return inputsOf(lane.title, mine)
    })
    for (const run of this.#wake.splice(0)) run()
    this.#parts.changed()
    return taken
  }

  /** Resolves with whether all of it was sent. */
  async #run(key: string, lane: Lane): Promise<boolean> {
    const { clock, changed } = this.#parts
    const cancel = clock.after(promptMs, () => {
      lane.isHeld = true
      changed()
    })
    let isAllSent = true
    for (let next = lane.waiting[0]; next && isAllSent; next = lane.waiting[0]) {
      isAllSent = await this.#sendOne(lane, next)
    }
    cancel()
    this.#lanes.delete(key)
    changed()
    return isAllSent
  }

  /** false: it was refused. It may also be left where it is, to be tried again. */
  async #sendOne(lane: Lane, { line }: Waiting): Promise<boolean> {
    const { chat, send } = this.#parts
    if (chat.state !== 'connected') {
      await this.#heldUntil((run) => void this.#wake.push(run), lane)
      return true
    }
    lane.isSending = true
    try {
      await send(lane.title, line.text)
      lane.waiting.shift()
      return true
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      return await this.#failed(lane, error)
    } finally {
      lane.isSending = false
    }
  }

  async #failed(lane: Lane, error: ChatError): Promise<boolean> {
    const { chat, clock, refused } = this.#parts
    lane.isSending = false
    if (error.code === 'too-many-messages') {
      await this.#heldUntil((run) => void clock.after(paceMs, run), lane)
      return true
    }
    // Whether the server still took it is not known, so it is sent again.
    if ((error.code === 'closed' || error.code === 'unreachable') && chat.state !== 'connected') {
      return (lane.isFromBreak = true)
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

  #heldUntil(wait: (run: () => void) => void, lane: Lane): Promise<void> {
    lane.isHeld = true
    this.#parts.changed()
    return new Promise(wait)
  }
}

function keyOf(title: string): string {
  return title === 'everybody' ? 'all' : cleanLine(title).toLowerCase()
}

/** `bob` of `@bob`. */
function nameIn(title: string): string {
  return cleanLine(title).replace(/^[@#]/, '')
}

function isIn({ line, place }: Waiting, key: string): boolean {
  return line.conversation === key || keyOf(place) === key
}

/** What can be taken back of it: not what was handed to the server. */
function mineOf({ waiting, isSending }: Lane, key: string | undefined): readonly Waiting[] {
  return waiting.slice(isSending ? 1 : 0).filter((each) => key === undefined || isIn(each, key))
}

/** By where it was written. What is for another conversation is a command; what begins with a slash has two. */
function inputsOf(title: string, waiting: readonly Waiting[]): readonly Returned[] {
  const texts = new Map<string, string>()
  for (const { line, place } of waiting) {
    const key = keyOf(place)
    const before = texts.get(key)
    if (before !== undefined) texts.set(key, `${before}\n${line.text}`)
    else
      texts.set(
        key,
        (key === line.conversation ? (line.text.startsWith('/') ? '/' : '') : commandFor(title)) + line.text,
      )
  }
  return Array.from(texts, ([key, input]) => ({ key, input }))
}

function commandFor(title: string): string {
  if (title === 'everybody') return ''
  return `/${title.startsWith('#') ? 'group say' : 'msg'} ${nameIn(title)} `
}

function nameOf({ title, waiting }: Lane): string {
  const to = title.replace(/^@/, '')
  const [first] = waiting
  if (waiting.length !== 1 || !first) return `${waiting.length} messages to ${to}`
  const shown = cleanLine(first.line.text)
  return `"${shown.length > mostQuoted ? `${shown.slice(0, mostQuoted)}…` : shown}" to ${to}`
}
