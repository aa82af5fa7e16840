import assert from 'node:assert/strict'
import type { Command } from '../src/commands.ts'
import { Community } from '../src/community.ts'
import type { Entry, Stamp } from '../src/entry.ts'
import type { Addressed } from '../src/events.ts'
import type { Cancel, Clock } from '../src/ports/clock.ts'
import { addressedNotKept, resultNotKept } from '../src/not-kept.ts'
import type { Hears, Log, Told } from '../src/ports/log.ts'
import type { Random } from '../src/ports/random.ts'
import type { Store } from '../src/ports/store.ts'
import type { Write } from '../src/writes.ts'

export interface TestLogParts {
  /** At the state that the store remembers. */
  readonly community: Community
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  deliver(events: readonly Addressed[], stamp: Stamp, hears: Hears): void
}

/** A command that has no place yet. */
interface Submission {
  readonly command: Command
  /** Gives it its place. The promise resolves when it was told. */
  take(): Promise<void>
}

/** What was applied and is not on disk. */
interface Unsettled {
  readonly entry: Entry<Command>
  readonly writes: readonly Write[]
  settle(isDurable: boolean): void
}

const unavailable = { ok: false, fail: 'unavailable' } as const

/**
 * A log as several nodes would have it: a command gets its place some turns after it was submitted,
 * and others overtake it, but for those of its own connection. Whatever it applied it can apply
 * once more, to a community that knows nothing.
 */
export class TestLog implements Log {
  readonly #parts: TestLogParts
  readonly #before: ReturnType<Community['save']>
  readonly #entries: { readonly entry: Entry<Command>; readonly digest: string }[] = []
  /** Wall time less monotonic time, so that the log's time goes on when the wall clock jumps. */
  readonly #epoch: number
  #submissions: Submission[] = []
  #unsettled: Unsettled[] = []
  #committing: Promise<void> | null = null
  #isTurning = false
  #writable = true
  #seq: number
  #at = 0
  #wakeAt: number | null = null
  #cancelWake: Cancel = () => {}
  #cancelRetry: Cancel = () => {}

  constructor(parts: TestLogParts) {
    this.#parts = parts
    this.#before = parts.community.save()
    this.#seq = parts.community.seq
    this.#epoch = parts.clock.now() - parts.clock.monotonic()
  }

  submit<C extends Command>(
    command: C,
    told: (result: Told<C>, stamp: Stamp) => void,
    hears: Hears = 'at-once',
  ): Promise<void> {
    return new Promise((resolve) => {
      const take = () => this.#apply(command, told, hears)
      this.#submissions.push({ command, take: () => take().then(resolve) })
      this.#turn()
    })
  }

  /**
   * Applies every entry to a community that knows nothing, which must be equal after each of them.
   */
  checkReplay(): void {
    const again = new Community()
    again.restore(this.#before)
    for (const { entry, digest } of this.#entries) {
      again.apply(JSON.parse(JSON.stringify(entry)) as Entry<Command>)
      assert.equal(again.digest(), digest, `after ${entry.command.do}, entry ${entry.seq}`)
    }
  }

  /** Resolves when nothing is under way. */
  async close(): Promise<void> {
    while (this.#isTurning || this.#committing) await new Promise((resolve) => setImmediate(resolve))
    this.#cancelWake()
    this.#cancelRetry()
  }

  /** Some turns later one of the submissions has its place. */
  #turn(): void {
    if (this.#isTurning || this.#submissions.length === 0) return
    this.#isTurning = true
    setImmediate(() => {
      this.#isTurning = false
      if (this.#parts.random.integer(3) > 0) void this.#next().take()
      this.#turn()
    })
  }

  /** Any of them that no other one of its connection is before. */
  #next(): Submission {
    const connections = new Set<unknown>()
    const first = this.#submissions.filter(({ command }) => {
      const connection = 'connection' in command ? command.connection : null
      const isFirst = !connections.has(connection)
      connections.add(connection)
      return isFirst
    })
    const next = first[this.#parts.random.integer(first.length)]!
    this.#submissions = this.#submissions.filter((each) => each !== next)
    return next
  }

  async #apply<C extends Command>(
    command: C,
    told: (result: Told<C>, stamp: Stamp) => void,
    hears: Hears,
  ): Promise<void> {
    const { community, clock, random, deliver } = this.#parts
    this.#at = Math.max(this.#at, Math.floor(this.#epoch + clock.monotonic()))
    const [seed, writable] = [random.integer(2 ** 32), this.#writable]
    const entry = {
      seq: (this.#seq += 1 + random.integer(3)),
      at: this.#at,
      seed,
      writable,
      removable: writable,
      command,
    }
    const applied = community.apply(entry)
    this.#entries.push({ entry, digest: community.digest() })
    this.#setWake()
    const { due, result, events, writes } = applied
    const waits = applied.durable && result.ok
    deliver(due, entry, 'at-once')
    if (!waits) {
      if (hears === 'at-once') told(result, entry)
      deliver(events, entry, 'at-once')
    }
    const settle = (isDurable: boolean) => {
      deliver(due, entry, 'once-durable')
      const isRefused = !isDurable && waits
      const toBeTold = isRefused ? unavailable : isDurable ? result : resultNotKept(result)
      if (waits || hears === 'once-durable') told(toBeTold, entry)
      const heard = isRefused ? events.filter(({ event }) => event.kind === 'ended') : events
      if (waits) deliver(heard, entry, 'at-once')
      deliver(isDurable ? heard : heard.map(addressedNotKept), entry, 'once-durable')
    }
    if (!this.#writable && !this.#committing && this.#unsettled.length === 0) return settle(true)
    // Nothing is awaited between a commit and what is told then, so that the order of the entries is
    // the order of telling.
    const settled = new Promise<void>((resolve) => {
      const settleOnce = (isDurable: boolean) => {
        settle(isDurable)
        resolve()
      }
      this.#unsettled.push({ entry, writes, settle: settleOnce })
      this.#commit()
    })
    if (waits || hears === 'once-durable') await settled
  }

  /** One commit at a time. What comes meanwhile shares the next one. */
  #commit(): void {
    if (this.#committing || this.#unsettled.length === 0) return
    const batch = this.#unsettled
    this.#unsettled = []
    const { seq, at } = batch.at(-1)!.entry
    const writes = batch.flatMap((each) => each.writes)
    this.#committing = this.#parts.store.commit(writes, seq, at).then(async ({ ok }) => {
      if (!ok) {
        this.#writable = false
        await this.#reset()
      }
      this.#committing = null
      // What came meanwhile builds on what is lost.
      const settled = ok ? batch : [...batch, ...this.#unsettled.splice(0)]
      for (const { settle } of settled) settle(ok)
      if (ok) this.#commit()
      else void this.#recover()
    })
  }

  /** The community takes over what the store holds. False: that cannot be read. */
  async #reset(): Promise<boolean> {
    const state = await this.#parts.store.load()
    if (!state.ok) return false
    const known = { ...state.value, messages: [...state.value.messages] }
    await this.submit({ do: 'store.reset', state: known }, () => {})
    return true
  }

  async #recover(): Promise<void> {
    const { store, clock } = this.#parts
    const isThere = (await this.#reset()) && (await store.commit([], this.#seq, this.#at)).ok
    if (isThere) this.#writable = true
    else this.#cancelRetry = clock.after(1_000, () => void this.#recover())
  }

  #setWake(): void {
    const { community, clock } = this.#parts
    if (community.wakeAt === this.#wakeAt) return
    this.#cancelWake()
    this.#wakeAt = community.wakeAt
    if (this.#wakeAt === null) return
    const ms = Math.max(this.#wakeAt - (this.#epoch + clock.monotonic()), 0)
    this.#cancelWake = clock.after(ms, () => {
      this.#wakeAt = null
      void this.submit({ do: 'tick' }, () => {})
    })
  }
}
