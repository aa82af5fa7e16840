import type { Command, ResultOf } from '../commands.ts'

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
 */
export interface Log {
  /**
   * Gives the command its place. `told` runs exactly once. Returns a promise where it runs later,
   * which resolves after it; undefined where it has run already. `told` may submit: what it submits
   * comes after the entry that it is told of.
   * Where `told` runs later and throws, the promise rejects with that, and everybody else is told
   * all the same.
   */
  submit<C extends Command>(command: C, told: (result: Told<C>) => void): Promise<void> | undefined
}

/** `unavailable`: the command was not taken and never will be. */
export type Told<C extends Command> = ResultOf<C> | { readonly ok: false; readonly fail: 'unavailable' }
