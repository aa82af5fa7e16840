import type { ConversationKey } from '../src/conversation.ts'
import type { NameKey } from '../src/names.ts'
import type { HistoryPosition, HistorySearch, Reader } from '../src/ports/history-store.ts'
import type { Store } from '../src/ports/store.ts'
import { done, fail, ok, type Result } from '../src/result.ts'
import type { DurableState, StoredMessage, Write } from '../src/writes.ts'
import { DurableFold } from './durable-fold.ts'

interface Commit {
  readonly writes: readonly Write[]
  readonly seq: number
  readonly at: number
  settle(result: Result<void, 'unavailable'>): void
}

/** A store in memory whose commits take as long as a test wants, and fail when it wants. */
export class HeldStore implements Store {
  /** What is on disk. */
  readonly disk: DurableFold
  #held = false
  #broken = false
  #full = false
  #commits: Commit[] = []

  /** `disk`: what another store has left behind. */
  constructor(disk = new DurableFold()) {
    this.disk = disk
  }

  /** Commits that were asked for and are neither carried out nor failed. */
  get waiting(): number {
    return this.#commits.length
  }

  /** Commits wait from now on. */
  hold(): void {
    this.#held = true
  }

  /** Those that wait are carried out, and what comes is carried out at once. */
  release(): void {
    this.#held = false
    for (const commit of this.#taken()) this.#carryOut(commit)
  }

  /** Those that wait fail, and so does whatever is asked for until `mend`. */
  break(): void {
    this.#broken = true
    this.fill()
  }

  /** Those that wait fail, and so does every commit until `mend`. What is on disk can be read. */
  fill(): void {
    this.#full = true
    for (const { settle } of this.#taken()) settle(fail('unavailable'))
  }

  /** Everything is carried out at once again. */
  mend(): void {
    this.#broken = false
    this.#full = false
    this.release()
  }

  async load(reserve = 0): Promise<Result<DurableState, 'unavailable'>> {
    if (this.#broken) return fail('unavailable')
    const { state } = this.disk
    if (reserve === 0 || this.#full) return ok(state)
    const { seq, at, reserved } = state
    this.disk.carryOut([{ write: 'numbers.reserve', upTo: reserved + reserve }], seq, at)
    return ok({ ...state, free: reserve })
  }

  commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable'>> {
    if (this.#full) return Promise.resolve(fail('unavailable'))
    return new Promise((settle) => {
      const commit = { writes: [...writes], seq, at, settle }
      if (this.#held) this.#commits.push(commit)
      else this.#carryOut(commit)
    })
  }

  async messages(of: NameKey, after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    if (this.#broken) return fail('unavailable')
    return ok(this.disk.messages.filter(({ to, id }) => to === of && id > after).slice(0, limit))
  }

  async backup(of: NameKey): Promise<Result<string | null, 'unavailable'>> {
    return this.#broken ? fail('unavailable') : ok(this.disk.backup(of))
  }

  async history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number) {
    return this.#read(() => this.disk.history.history(reader, of, at, limit))
  }

  async since(reader: Reader, after: number, limit: number) {
    return this.#read(() => this.disk.history.since(reader, after, limit, this.disk.state.seq))
  }

  async search(reader: Reader, search: HistorySearch) {
    return this.#read(() => this.disk.history.search(reader, search))
  }

  async conversations(reader: Reader) {
    return this.#read(() => this.disk.history.conversations(reader, this.disk.marks.get(reader.name) ?? new Map()))
  }

  async export(reader: Reader, after: number, limit: number) {
    return this.#read(() => this.disk.history.export(reader, after, limit, this.disk.state.seq))
  }

  async message(reader: Reader, seq: number) {
    return this.#read(() => this.disk.history.message(reader, seq))
  }

  async among(of: ConversationKey, seqs: readonly number[]) {
    return this.#read(() => seqs.filter((seq) => this.disk.history.messages.get(seq)?.conversation === of))
  }

  async unkept(of: NameKey, after: number, limit: number) {
    return this.#read(() => {
      const waiting = this.disk.messages.filter(({ id, to }) => to === of && id > after)
      return waiting.filter(({ id }) => !this.disk.history.messages.has(id)).slice(0, limit)
    })
  }

  async close(): Promise<void> {
    this.#broken = true
    this.#full = true
  }

  #read<T>(read: () => T): Result<T, 'unavailable'> {
    return this.#broken ? fail('unavailable') : ok(read())
  }

  #taken(): readonly Commit[] {
    const commits = this.#commits
    this.#commits = []
    return commits
  }

  #carryOut({ writes, seq, at, settle }: Commit): void {
    this.disk.carryOut(writes, seq, at)
    settle(done)
  }
}
