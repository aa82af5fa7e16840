import {
  addressedNotKept,
  type Addressed,
  type Applied,
  type Cancel,
  type Clock,
  type Command,
  type Community,
  type Entry,
  type Hears,
  type Log,
  type Random,
  type Stamp,
  type Store,
  type Told,
  resultNotKept,
  type Write,
} from '@parley/core'
import type { Logger } from '../logger.ts'

/**
 * Numbers that the store is told of before they are used. It is told of as many again when they are
 * used up.
 */
export const reservedAhead = 1_000_000

/** How long until a store that could not write is tried again. */
const retryMs = 1_000

export interface LocalLogParts {
  /** At the state that the store remembers. */
  readonly community: Community
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  /** Brings events to those who hear them: to some at once, to the others once they are durable. */
  deliver(events: readonly Addressed[], stamp: Stamp, hears: Hears): void
  /** Whether anybody hears once durable, or submits as one who does; absent: nobody. */
  hearsOnceDurable?(): boolean
  readonly logger: Logger
  /** How many milliseconds a commit took. */
  readonly committed?: (ms: number) => void
}

const unavailable = { ok: false, fail: 'unavailable' } as const

/** What the store says of the log that it remembers. */
export interface Remembered {
  /** The time of its last entry. */
  readonly at: number
  /** No number above it was ever used. */
  readonly reserved: number
  /** How many behind it may be used. */
  readonly free: number
}

/** An entry of which somebody hears once it is durable. */
interface Waiting {
  /** The number that has to be reserved before; 0: nobody hears of it. */
  readonly number: number
  /** The last entry with writes until then, which have to be on disk before. */
  readonly after: number
  settle(isDurable: boolean): void
}

/**
 * The log of one process: its order is that of the event loop. Applying is a function call. What
 * has to be durable waits for the store, where the writes of one turn are one transaction.
 */
export class LocalLog implements Log {
  readonly #community: Community
  readonly #store: Store
  readonly #clock: Clock
  readonly #reportCommit: (ms: number) => void
  readonly #random: Random
  readonly #deliver: LocalLogParts['deliver']
  readonly #hearsOnceDurable: () => boolean
  readonly #logger: Logger
  /** Wall time less monotonic time, so that the log's time goes on when the wall clock jumps. */
  readonly #epoch: number
  #seq: number
  #at: number
  /** The last entry with writes. */
  #written = 0
  /** The store has carried out the writes of all entries up to this one. */
  #durable = 0
  /** The store knows that numbers up to this one may be used. */
  #reserved: number
  #writable = true
  #removable = true
  #busy = false
  #queue: (() => void)[] = []
  #writes: Write[] = []
  #waiting: Waiting[] = []
  #isScheduled = false
  #isCommitting = false
  #wakeAt: number | null = null
  #cancelWake: Cancel = () => {}
  #cancelRetry: Cancel = () => {}
  #committing: Promise<unknown> = Promise.resolve()
  /** Whether the community has taken over what the store holds since it could not write; null: it can, or later. */
  #probeDue: { readonly isReset: boolean } | null = null
  #isClosed = false

  constructor(
    {
      community,
      store,
      clock,
      random,
      deliver,
      hearsOnceDurable = () => false,
      logger,
      committed = () => {},
    }: LocalLogParts,
    { at, reserved, free }: Remembered,
  ) {
    this.#community = community
    this.#store = store
    this.#clock = clock
    this.#reportCommit = committed
    this.#random = random
    this.#deliver = deliver
    this.#hearsOnceDurable = hearsOnceDurable
    this.#logger = logger
    // Numbers that may have been used before a crash are not used again: somebody may have heard of
    // them.
    this.#seq = Math.max(community.seq, reserved)
    this.#reserved = reserved + free
    this.#epoch = Math.max(clock.now(), at) - clock.monotonic()
    this.#at = at
  }

  submit<C extends Command>(
    command: C,
    told: (result: Told<C>, stamp: Stamp) => void,
    hears: Hears = 'at-once',
  ): Promise<void> | undefined {
    if (this.#busy) {
      return new Promise((resolve, reject) =>
        this.#queue.push(() => {
          try {
            resolve(this.#take(command, told, hears))
          } catch (bug) {
            reject(bug)
          }
        }),
      )
    }
    let pending: Promise<void> | undefined
    this.#inOrder(() => {
      pending = this.#take(command, told, hears)
    })
    return pending
  }

  /** Commits what is waiting. Nothing may be submitted afterwards. */
  async close(): Promise<void> {
    while (this.#isScheduled || this.#isCommitting) {
      this.#commit()
      await this.#committing
    }
    this.#isClosed = true
    this.#cancelWake()
    this.#cancelRetry()
  }

  /**
   * Runs, and then what was submitted meanwhile: nobody is told of one thing in the middle of
   * another.
   */
  #inOrder(run: () => void): void {
    this.#busy = true
    try {
      run()
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next()
    } finally {
      this.#busy = false
    }
  }

  #take<C extends Command>(
    command: C,
    told: (result: Told<C>, stamp: Stamp) => void,
    hears: Hears,
  ): Promise<void> | undefined {
    this.#at = Math.max(this.#at, Math.floor(this.#epoch + this.#clock.monotonic()))
    const entry = {
      seq: ++this.#seq,
      at: this.#at,
      seed: this.#random.integer(2 ** 32),
      writable: this.#writable,
      removable: this.#removable,
      command,
    }
    const applied = this.#community.apply(entry)
    this.#setWake()
    const { due, result, events, writes } = applied
    if (writes.length > 0) {
      this.#writes.push(...writes)
      this.#written = entry.seq
    }
    const someWait = this.#hearsOnceDurable()
    const allWait = applied.durable && result.ok && this.#isCommitPending
    if (due.length > 0) this.#deliver(due, entry, 'at-once')
    if (allWait || (someWait && this.#mustWait(entry)))
      return this.#wait(entry, applied, told, hears, allWait, someWait)
    if (due.length > 0 && someWait) this.#deliver(due, entry, 'once-durable')
    told(result, entry)
    if (events.length > 0) {
      this.#deliver(events, entry, 'at-once')
      if (someWait) this.#deliver(events, entry, 'once-durable')
    }
    if (writes.length > 0) this.#scheduleCommit()
    return undefined
  }

  /** Writes that no commit has taken up yet. */
  get pendingWrites(): number {
    return this.#writes.length
  }

  get isWritable(): boolean {
    return this.#writable
  }

  /** Whether something that was applied is not on disk. */
  get #isCommitPending(): boolean {
    return this.#writes.length > 0 || this.#isCommitting
  }

  /** Whether this entry, or something before it, could still be lost. */
  #mustWait({ seq }: Stamp): boolean {
    return this.#isCommitPending || this.#waiting.length > 0 || (this.#writable && seq > this.#reserved)
  }

  /**
   * `allWait`: nobody hears of it before it is durable. Otherwise only those do not who hear once
   * durable, where `someWait` says that there are any. Returns a promise where `told` runs later.
   */
  #wait<C extends Command>(
    entry: Entry<C>,
    { due, result, events }: Applied<C>,
    told: (result: Told<C>, stamp: Stamp) => void,
    hears: Hears,
    allWait: boolean,
    someWait: boolean,
  ): Promise<void> | undefined {
    const isToldLater = allWait || hears === 'once-durable'
    if (!isToldLater) told(result, entry)
    if (!allWait && events.length > 0) this.#deliver(events, entry, 'at-once')
    const deliver = (heard: readonly Addressed[], to: Hears) => {
      if (heard.length > 0 && (to === 'at-once' ? allWait : someWait)) this.#deliver(heard, entry, to)
    }
    const settle = (isDurable: boolean) => {
      deliver(due, 'once-durable')
      const isRefused = !isDurable && allWait
      if (isToldLater) told(isRefused ? unavailable : isDurable ? result : resultNotKept(result), entry)
      // Whoever the community does not know any more must not stay connected.
      const heard = isRefused ? events.filter(({ event }) => event.kind === 'ended') : events
      deliver(heard, 'at-once')
      deliver(isDurable ? heard : heard.map(addressedNotKept), 'once-durable')
    }
    const waiting = { number: someWait ? entry.seq : 0, after: this.#written }
    this.#scheduleCommit()
    if (!isToldLater) {
      this.#waiting.push({ ...waiting, settle })
      return undefined
    }
    return new Promise((resolve, reject) => {
      // A bug in what one of them runs is its own: the others who wait are told all the same.
      this.#waiting.push({
        ...waiting,
        settle: (isDurable) => {
          try {
            settle(isDurable)
            resolve()
          } catch (bug) {
            reject(bug)
          }
        },
      })
    })
  }

  /** What comes while a commit is under way shares the next one. */
  #scheduleCommit(): void {
    if (this.#isScheduled || this.#isCommitting) return
    this.#isScheduled = true
    setImmediate(() => this.#commit())
  }

  #commit(): void {
    if (!this.#isScheduled) return
    this.#isScheduled = false
    this.#isCommitting = true
    const writes = this.#reserving(this.#writes)
    const seq = this.#seq
    this.#writes = []
    const began = this.#clock.monotonic()
    this.#committing = this.#store.commit(writes, seq, this.#at).then(async (committed) => {
      this.#reportCommit(this.#clock.monotonic() - began)
      if (!committed.ok) await this.#failed(committed.fail, writes, seq)
      else this.#committed(writes, seq)
      this.#isCommitting = false
      if (committed.ok) this.#inOrder(() => this.#settleDurable())
      if (this.#probeDue) this.#probe()
      else if (this.#isCommitPending || this.#waiting.length > 0) this.#scheduleCommit()
    })
  }

  /** With what the store has to know of the numbers to come, where anybody hears of them. */
  #reserving(writes: readonly Write[]): readonly Write[] {
    if (this.#seq < this.#reserved || !this.#hearsOnceDurable()) return writes
    return [...writes, { write: 'numbers.reserve', upTo: this.#seq + reservedAhead }]
  }

  #committed(writes: readonly Write[], seq: number): void {
    this.#durable = seq
    const last = writes.at(-1)
    if (last?.write === 'numbers.reserve') this.#reserved = last.upTo
  }

  #settleDurable(): void {
    const first = this.#waiting.findIndex((each) => !this.#isDurable(each))
    const settled = this.#waiting.splice(0, first < 0 ? this.#waiting.length : first)
    for (const { settle } of settled) settle(true)
  }

  #isDurable({ number, after }: Waiting): boolean {
    return after <= this.#durable && number <= this.#reserved
  }

  /**
   * The disk is full, gone or broken. What it holds counts from here on, until it takes something
   * again. Whoever is told that something was refused finds nothing of it, unless the disk cannot
   * be read either: nobody waits for that. A commit may fail behind its end, such as when there is no
   * room for an index of it: the number in the store tells whether its writes are there.
   */
  async #failed(why: 'unavailable' | 'full', writes: readonly Write[], seq: number): Promise<void> {
    if (this.#writable) this.#logger.error({}, 'the store cannot write; what needs it is refused until it can')
    this.#writable = false
    this.#removable = why === 'full'
    this.#writes = []
    const held = await this.#reset()
    if (held !== null && held >= seq) this.#committed(writes, seq)
    const waiting = this.#waiting
    this.#waiting = []
    this.#inOrder(() => {
      for (const each of waiting) each.settle(this.#isDurable(each))
    })
    this.#retry(held !== null, 0)
  }

  /** The community takes over what the store holds. Returns the number of its last entry; null: it cannot be read. */
  async #reset(): Promise<number | null> {
    const state = await this.#store.load()
    if (!state.ok || this.#isClosed) return null
    void this.submit({ do: 'store.reset', state: { ...state.value, messages: [...state.value.messages] } }, () => {})
    return state.value.seq
  }

  /**
   * `isReset`: nothing that the store does not hold has happened since, because nothing that needs
   * it is taken.
   */
  #retry(isReset: boolean, ms: number): void {
    if (this.#isClosed) return
    this.#cancelRetry()
    this.#cancelRetry = this.#clock.after(ms, () => {
      this.#probeDue = { isReset }
      if (!this.#isScheduled && !this.#isCommitting) this.#probe()
    })
  }

  /**
   * Tries whether the store can write again. It takes its turn among the commits: what is refused or
   * taken meanwhile would not be what the store holds.
   */
  #probe(): void {
    const due = this.#probeDue
    this.#probeDue = null
    if (!due || this.#isClosed) return
    this.#isCommitting = true
    this.#committing = this.#recover(due.isReset).then(() => {
      this.#isCommitting = false
      if (this.#isCommitPending || this.#waiting.length > 0) this.#scheduleCommit()
    })
  }

  async #recover(wasReset: boolean): Promise<void> {
    const isReset = wasReset || (await this.#reset()) !== null
    const writes = this.#reserving([])
    // What is still to be removed is not on disk by this.
    const seq = this.#writes.length > 0 ? this.#durable : this.#seq
    if (!isReset || !(await this.#store.commit(writes, this.#seq, this.#at)).ok) return this.#retry(isReset, retryMs)
    this.#committed(writes, seq)
    this.#writable = true
    this.#removable = true
    this.#logger.info({}, 'the store can write again')
  }

  #setWake(): void {
    const wakeAt = this.#community.wakeAt
    if (wakeAt === this.#wakeAt) return
    this.#cancelWake()
    this.#wakeAt = wakeAt
    if (wakeAt === null) return
    const ms = wakeAt - (this.#epoch + this.#clock.monotonic())
    this.#cancelWake = this.#clock.after(Math.max(ms, 0), () => {
      this.#wakeAt = null
      void this.submit({ do: 'tick' }, () => {})
    })
  }
}
