import type { NameKey } from '../names.ts'
import type { HistoryStore } from './history-store.ts'
import type { Result } from '../result.ts'
import type { DurableState, StoredMessage, Write } from '../writes.ts'

/**
 * Remembers what outlives the process. It carries out writes as they come and decides nothing.
 *
 * Promises: the writes of one commit are carried out all together, in order, or not at all; commits
 * take effect in the order in which they were asked for, each after all before it. A commit
 * resolves when it is durable. After a process was killed at any moment the store holds exactly the
 * commits up to some number, those that resolved among them. `unavailable`: the disk is full, gone
 * or broken, or what the commit builds on is not there because a commit before it failed: a message
 * without its account, a device, a key or a mark without theirs, a member or a ban without their
 * group. Nothing of this commit was changed. `full`: the same, and commits that do nothing but
 * remove (`makesRoom`) may still be taken. A commit of nothing succeeds once the store takes
 * everything again.
 */
export interface Store extends HistoryStore {
  /**
   * All that a community needs to begin, or to begin again. `reserve`: so many numbers are reserved
   * for it, where the disk takes that.
   */
  load(reserve?: number): Promise<Result<DurableState, 'unavailable'>>
  /** `seq` and `at`: of the last entry that the writes come from. */
  commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable' | 'full'>>
  /**
   * The oldest messages of a mailbox with an id greater than `after`, at most `limit`. It sees all
   * commits before it.
   */
  messages(of: NameKey, after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>>
  /** What `backup.put` kept last; null: nothing. It sees all commits before it. */
  backup(of: NameKey): Promise<Result<string | null, 'unavailable'>>
  /** Commits asked for before it are still carried out; everything after it is `unavailable`. */
  close(): Promise<void>
}
