import type { Command, ResultOf } from '../commands.ts'
import type { Stamp } from '../entry.ts'

/**
 * Decides what a community hears, in which order and at which time. Every change of the community
 * is an entry of its log.
 *
 * Promises: entries are applied one at a time, in the order of their sequence numbers, and time
 * never goes back. Commands of one connection are applied in the order in which they were
 * submitted. Of each entry, first `due` is heard, then `told` runs, then the entry's events are
 * heard, and all of that before anything of the next one. Only what has to be durable waits: its
 * `told` runs, and its events are heard, once it cannot be lost, in the order of the entries. Where
 * that fails `told` gets `unavailable`, and nothing of it has happened but what `due` said. By then
 * the community is as the store holds it, unless the store cannot even be read: then it is as soon
 * as that is possible.
 *
 * That is the order of those who hear at once. Those who hear once durable wait for more: an entry
 * reaches them, `due`, result and events, when it cannot be lost and neither can anything before it,
 * its number included, in the order of the entries. Where what is kept of it could not be made
 * durable, it is told and heard as not kept.
 */
export interface Log {
  /**
   * Gives the command its place. `told` runs exactly once. Returns a promise where it runs later,
   * which resolves after it; undefined where it has run already. `told` may submit: what it submits
   * comes after the entry that it is told of.
   * `hears`: of whoever submits; absent: at once.
   * Where `told` runs later and throws, the promise rejects with that, and everybody else is told
   * all the same.
   */
  submit<C extends Command>(
    command: C,
    told: (result: Told<C>, stamp: Stamp) => void,
    hears?: Hears,
  ): Promise<void> | undefined
}

/** When a connection is told what happened: at its place in the log, or once that cannot be lost. */
export type Hears = 'at-once' | 'once-durable'

/** `unavailable`: the command was not taken and never will be. */
export type Told<C extends Command> = ResultOf<C> | { readonly ok: false; readonly fail: 'unavailable' }
