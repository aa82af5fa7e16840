import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { DurableFold } from '../testing/durable-fold.ts'
import { RandomCommands } from '../testing/random-commands.ts'
import { groupNamed } from '../testing/names.ts'
import { SeededRandom } from '../testing/random.ts'
import { TestCommunity } from '../testing/test-community.ts'
import type { Command } from './commands.ts'
import { Community, type Applied } from './community.ts'
import type { Entry } from './entry.ts'
import type { NodeId } from './names.ts'
import { defaultCommunitySettings, type CommunitySettings } from './settings.ts'
import type { Snapshot } from './snapshot.ts'
import { makesRoom, type Write } from './writes.ts'

/** Limits that random commands reach. */
const settings: CommunitySettings = {
  ...defaultCommunitySettings,
  groupsPerUser: 2,
  tunnelsPerUser: 2,
  mailbox: { perPair: 3, perRecipient: 6, bytes: 60, guestShare: 1 / 3 },
}

interface Batch {
  readonly writes: readonly Write[]
  readonly seq: number
  readonly at: number
}

/** Many random commands, one after the other, and what a store would have of them. */
class RandomRun {
  readonly community = new Community(settings)
  store = new DurableFold()
  readonly #commands: RandomCommands
  readonly #random: SeededRandom
  #batches: Batch[] = []
  #seq = 0
  #at = Date.UTC(2020, 0, 22)

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    this.#commands = new RandomCommands(this.#random, this.community)
  }

  next(): { readonly entry: Entry<Command>; readonly applied: Applied<Command> } {
    const command = this.#random.integer(60) === 0 ? this.#loseWrites() : this.#commands.next()
    this.#seq += 1 + this.#random.integer(2)
    this.#at += this.#random.integer(12) === 0 ? this.#random.integer(20_000) : this.#random.integer(3)
    const [seed, writable] = [this.#random.integer(2 ** 32), this.#random.integer(20) > 0]
    const removable = writable || this.#random.integer(2) > 0
    const entry = { seq: this.#seq, at: this.#at, seed, writable, removable, command }
    // Whatever an entry is, it has come through JSON on its way.
    const applied = this.community.apply(JSON.parse(JSON.stringify(entry)) as Entry<Command>)
    this.#commands.saw(command, entry.seq, applied)
    if (applied.writes.length > 0) {
      const batch = { writes: applied.writes, seq: entry.seq, at: entry.at }
      this.#batches.push(batch)
      this.store.carryOut(batch.writes, batch.seq, batch.at)
    }
    return { entry, applied }
  }

  /** The latest writes never reached the disk. */
  #loseWrites(): Command {
    this.#batches = this.#batches.slice(0, this.#batches.length - this.#random.integer(4))
    this.store = new DurableFold()
    for (const { writes, seq, at } of this.#batches) this.store.carryOut(writes, seq, at)
    return { do: 'store.reset', state: this.store.state }
  }
}

/** As it is without those who are here. */
function withoutAnybody(community: Community): Remembered {
  const copy = new Community(settings)
  copy.restore(community.save())
  let { seq } = copy
  for (const node of ['one', 'two', 'three'] as readonly string[] as readonly NodeId[]) {
    copy.apply({ seq: ++seq, at: 8e15, seed: 1, writable: true, removable: true, command: { do: 'node.leave', node } })
  }
  const { seq: _, ...state } = copy.save()
  assert.equal(copy.wakeAt, state.history.pruneAt, 'nobody is left to be woken for')
  return remembered(state)
}

type Remembered = Omit<Snapshot, 'seq' | 'history' | 'nodes'>

/** When history is pruned next, and which nodes there are, does not outlive the process. */
function remembered({ history, nodes: { nodes }, ...state }: Omit<Snapshot, 'seq'>): Remembered {
  assert.deepEqual(nodes, [])
  assert.ok(history.keptSincePrune >= 0)
  return state
}

function property(
  lengths: { min: number; max: number },
  numRuns: number,
  check: (run: RandomRun, length: number) => void,
) {
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  fc.assert(
    fc.property(seeds, fc.integer(lengths), (seed, length) => check(new RandomRun(seed), length)),
    { numRuns },
  )
}

describe('a community', () => {
  it('is equal to every other that applied the same entries, and so is all that followed', () => {
    let count = 0
    property({ min: 300, max: 500 }, 40, (run, length) => {
      const twin = new Community(settings)
      for (let step = 0; step < length; step++, count++) {
        const { entry, applied } = run.next()
        assert.deepEqual(twin.apply(entry), applied)
        assert.equal(twin.digest(), run.community.digest(), `after ${entry.command.do}`)
      }
    })
    assert.ok(count >= 10_000, `only ${count} commands`)
  })

  it('goes by new settings from the entry on that changes them, also from a snapshot', () => {
    const t = new TestCommunity({ groupsPerUser: 1 })
    const ann = t.enter('ann')
    const create = (group: string) => ann.why({ do: 'group.create', group: groupNamed(group) })
    assert.deepEqual([create('cats'), create('dogs')], ['ok', 'too-many-groups'])
    t.do({ do: 'settings.change', settings: { ...defaultCommunitySettings, groupsPerUser: 2 } })
    assert.deepEqual([create('dogs'), create('eels')], ['ok', 'too-many-groups'])
    const { mailbox, ...others } = defaultCommunitySettings
    const copy = new Community({ mailbox, ...others })
    copy.restore(t.community.save())
    assert.equal(copy.digest(), t.community.digest())
  })

  it('goes on from a snapshot as if nothing had been', () => {
    property({ min: 50, max: 300 }, 40, (run, length) => {
      let other = new Community(settings)
      for (let step = 0; step < length; step++) {
        if (step % 25 === 0) {
          const text = JSON.stringify(run.community.save())
          other = new Community(settings)
          other.restore(JSON.parse(text) as Snapshot)
          assert.equal(other.digest(), run.community.digest())
          assert.equal(other.wakeAt, run.community.wakeAt)
        }
        const { entry, applied } = run.next()
        assert.deepEqual(other.apply(entry), applied, `after ${entry.command.do}`)
        assert.equal(other.digest(), run.community.digest(), `after ${entry.command.do}`)
      }
    })
  })

  it('comes back from what a store has of it, but for those who were here', () => {
    property({ min: 50, max: 300 }, 40, (run, length) => {
      for (let step = 0; step < length; step++) {
        const { entry } = run.next()
        if (step % 10 > 0 && entry.command.do !== 'store.reset') continue
        const loaded = new Community(settings)
        loaded.load(run.store.state)
        const { seq: _, ...state } = loaded.save()
        assert.deepEqual(withoutAnybody(run.community), remembered(state), `after ${entry.command.do}`)
      }
    })
  })

  it('is not changed by what is done with a snapshot of it', () => {
    property({ min: 50, max: 100 }, 10, (run, length) => {
      for (let step = 0; step < length; step++) run.next()
      const before = run.community.digest()
      const copy = new Community(settings)
      copy.restore(run.community.save())
      for (let seq = 1; seq < 50; seq++) {
        const command = { do: 'node.leave', node: (seq % 2 === 0 ? 'one' : 'two') as NodeId } as const
        copy.apply({ seq: copy.seq + 1, at: 8e15, seed: 1, writable: true, removable: true, command })
      }
      assert.equal(run.community.digest(), before)
    })
  })

  it('writes only where the store takes something, and nothing of what it refuses', () => {
    property({ min: 100, max: 200 }, 20, (run, length) => {
      for (let step = 0; step < length; step++) {
        const { entry, applied } = run.next()
        if (applied.writes.length > 0)
          assert.ok(entry.writable || (entry.removable && makesRoom(applied.writes)), entry.command.do)
        if (!applied.result.ok) assert.deepEqual([applied.writes, applied.events], [[], []], entry.command.do)
      }
    })
  })
})
