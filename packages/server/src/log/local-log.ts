import type {
  Addressed,
  Applied,
  Cancel,
  Clock,
  Command,
  Community,
  Log,
  Random,
  Store,
  Told,
  Write,
} from '@parley/core'
import type { Logger } from '../logger.ts'

/** How long until a store that could not write is tried again. */
const retryMs = 1_000

export interface LocalLogParts {
  /** At the state that the store remembers. */
  readonly community: Community
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  /** Brings events to those who hear them. */
  deliver(events: readonly Addressed[]): void
  readonly logger: Logger
}

/** Who waits for a commit. */
interface Waiting {
  durable(): void
  failed(): void
}

/**
 * The log of one process: its order is that of the event loop. Applying is a function call. What
 * has to be durable waits for the store, where the writes of one turn are one transaction.
 */
export class LocalLog implements Log {
  readonly #community: Community
  readonly #store: Store
  readonly #clock: Clock
  readonly #random: Random
  readonly #deliver: (events: readonly Addressed[]) => void
  readonly #logger: Logger
  /** Wall time less monotonic time, so that the log's time goes on when the wall clock jumps. */
  readonly #epoch: number
  #seq: number
  #at: number
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
  #isClosed = false

  /** `at`: the time of the last entry that the store knows. */
  constructor({ community, store, clock, random, deliver, logger }: LocalLogParts, at: number) {
    this.#community = community
    this.#store = store
    this.#clock = clock
    this.#random = random
    this.#deliver = deliver
    this.#logger = logger
    this.#seq = community.seq
    this.#epoch = Math.max(clock.now(), at) - clock.monotonic()
    this.#at = at
  }

  submit<C extends Command>(command: C, told: (result: Told<C>) => void): Promise<void> | undefined {
    if (this.#busy) {
      return new Promise((resolve, reject) =>
        this.#queue.push(() => {
          try {
            resolve(this.#take(command, told))
          } catch (bug) {
            reject(bug)
          }
        }),
      )
    }
    let pending: Promise<void> | undefined
    this.#inOrder(() => {
      pending = this.#take(command, told)
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

  #take<C extends Command>(command: C, told: (result: Told<C>) => void): Promise<void> | undefined {
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
    if (applied.due.length > 0) this.#deliver(applied.due)
    this.#setWake()
    if (applied.writes.length > 0) this.#writes.push(...applied.writes)
    if (applied.durable && applied.result.ok && this.#isCommitPending) return this.#tellOnceDurable(applied, told)
    told(applied.result)
    if (applied.events.length > 0) this.#deliver(applied.events)
    if (applied.writes.length > 0) this.#scheduleCommit()
    return undefined
  }

  /** Whether something that was applied is not on disk. */
  get #isCommitPending(): boolean {
    return this.#writes.length > 0 || this.#isCommitting
  }

  #tellOnceDurable<C extends Command>(applied: Applied<C>, told: (result: Told<C>) => void): Promise<void> {
    this.#scheduleCommit()
    return new Promise((resolve, reject) => {
      // A bug in what one of them runs is its own: the others who wait are told all the same.
      const settle = (run: () => void) => () => {
        try {
          run()
          resolve()
        } catch (bug) {
          reject(bug)
        }
      }
      this.#waiting.push({
        durable: settle(() => {
          told(applied.result)
          this.#deliver(applied.events)
        }),
        failed: settle(() => {
          told({ ok: false, fail: 'unavailable' })
          // Whoever the community does not know any more must not stay connected.
          this.#deliver(applied.events.filter(({ event }) => event.kind === 'ended'))
        }),
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
    const writes = this.#writes
    const waiting = this.#waiting
    this.#writes = []
    this.#waiting = []
    this.#committing = this.#store.commit(writes, this.#seq, this.#at).then(async (committed) => {
      if (!committed.ok) await this.#failed(committed.fail, waiting)
      this.#isCommitting = false
      if (committed.ok) this.#inOrder(() => waiting.forEach((each) => each.durable()))
      if (this.#isCommitPending || this.#waiting.length > 0) this.#scheduleCommit()
    })
  }

  /**
   * The disk is full, gone or broken. What it holds counts from here on, until it takes something
   * again. Whoever is told that something was refused finds nothing of it, unless the disk cannot
   * be read either: nobody waits for that.
   */
  async #failed(why: 'unavailable' | 'full', waiting: readonly Waiting[]): Promise<void> {
    if (this.#writable) this.#logger.error({}, 'the store cannot write; what needs it is refused until it can')
    this.#writable = false
    this.#removable = why === 'full'
    this.#writes = []
    const isReset = await this.#reset()
    const refused = [...waiting, ...this.#waiting]
    this.#waiting = []
    this.#inOrder(() => refused.forEach((each) => each.failed()))
    this.#retry(isReset, 0)
  }

  /** The community takes over what the store holds. False: that cannot be read. */
  async #reset(): Promise<boolean> {
    const state = await this.#store.load()
    if (!state.ok || this.#isClosed) return false
    void this.submit({ do: 'store.reset', state: { ...state.value, messages: [...state.value.messages] } }, () => {})
    return true
  }

  /**
   * `isReset`: nothing that the store does not hold has happened since, because nothing that needs
   * it is taken.
   */
  #retry(isReset: boolean, ms: number): void {
    if (this.#isClosed) return
    this.#cancelRetry()
    this.#cancelRetry = this.#clock.after(ms, () => void this.#recover(isReset))
  }

  async #recover(wasReset: boolean): Promise<void> {
    const isReset = wasReset || (await this.#reset())
    if (!isReset || !(await this.#store.commit([], this.#seq, this.#at)).ok) return this.#retry(isReset, retryMs)
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
