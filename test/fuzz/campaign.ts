import type { MemoryListener } from '@parley/server/testing'
import { actionsOf, type Action } from './actions.ts'
import { Chance } from './chance.ts'
import { playActions } from './community-run.ts'
import { decodeStream, heldByEndlessFrames, inputsOfStream } from './decoder-run.ts'
import { companions, variants } from './listeners.ts'
import { replay } from './replays.ts'
import { RequestRun } from './request-run.ts'
import { shrink } from './shrink.ts'
import { showActions } from './show.ts'

/** More than the longest frame of any protocol takes, and far less than what the endless frames brought. */
const mostHeld = 512 * 1_024
/** What a run may leave on the heap: nothing; the bound is for the noise of the machine. */
const mostGrowth = 24 * 1_024 * 1_024

export interface CampaignOptions {
  readonly seed: number
  /** Ends after so many milliseconds, but not before one round. */
  readonly ms: number
  /** Rounds at most. */
  readonly rounds?: number
  readonly say: (line: string) => void
  /** Collects garbage, where the process can. */
  readonly collect?: (() => void) | undefined
}

export interface CampaignReport {
  readonly rounds: number
  /** Frames to decoders, requests, and what clients of communities sent or did. */
  readonly inputs: number
  /** What went wrong, the input that shows it, and how to repeat it. */
  readonly failure: string | undefined
}

/** Streams through every decoder and runs of communities until the time is over. Every round has a seed of its own. */
export async function campaign(options: CampaignOptions): Promise<CampaignReport> {
  const mains = variants()
  const listeners = [...mains, ...companions(mains)]
  const until = performance.now() + options.ms
  const seeds = new Chance(options.seed)
  const { collect } = options
  const requests = await RequestRun.start()
  let settledHeap = 0
  let rounds = 0
  let inputs = 0
  // A round of the very seed comes first, so that a failing round is repeated by its own seed.
  try {
    for (let seed = options.seed; rounds === 0 || performance.now() < until; seed = seeds.seed()) {
      if (rounds === options.rounds) break
      rounds++
      const community = await communityRound(seed, listeners, mains)
      inputs += community.inputs + mains.length * inputsOfStream + RequestRun.inputs
      const failure =
        community.wrong ?? firstOf(mains, (each) => decodeStream(seed, each)) ?? (await requests.round(seed))
      if (failure)
        return { rounds, inputs, failure: `${failure}\nRepeat it with: npm run fuzz -- --rounds 1 --seed ${seed}` }
      // Code and caches are warm by then.
      if (rounds === 200) settledHeap = heap(collect)
    }
  } finally {
    await requests.stop()
  }
  const held = collect && firstOf(mains, (variant) => tooMuchHeld(variant.name, heldByEndlessFrames(variant, collect)))
  const growth = settledHeap === 0 ? 0 : heap(collect) - settledHeap
  options.say(
    `${rounds} rounds, ${inputs} inputs, the heap grew by ${(growth / 1_048_576).toFixed(1)} MiB after the first 200`,
  )
  const failure = held ?? (collect && growth > mostGrowth ? `the heap grew by ${growth} bytes` : undefined)
  return { rounds, inputs, failure }
}

async function communityRound(
  seed: number,
  listeners: readonly MemoryListener[],
  mains: ReturnType<typeof variants>,
): Promise<{ readonly inputs: number; readonly wrong?: string }> {
  const chance = new Chance(seed)
  const actions = chance.odds(30)
    ? replay(listeners, chance)
    : actionsOf(chance.seed(), mains, listeners.length - mains.length)
  const wrong = await playActions(actions, seed, listeners)
  const inputs = actions.length
  if (!wrong) return { inputs }
  const first = firstLine(wrong)
  const fails = async (fewer: readonly Action[]) =>
    firstLine((await playActions(fewer, seed, listeners)) ?? '') === first
  const least = await shrink(actions, fails)
  const shown = `${wrong}\n${least.length} of ${actions.length} actions:\n${showActions(least, listeners)}`
  return { inputs, wrong: shown }
}

function firstLine(text: string): string {
  return text.split('\n')[0]!
}

function firstOf<T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = check(item)
    if (found) return found
  }
  return undefined
}

function tooMuchHeld(name: string, bytes: number): string | undefined {
  return bytes > mostHeld
    ? `a decoder of ${name} holds ${Math.round(bytes)} bytes of a frame that never ends`
    : undefined
}

function heap(collect: (() => void) | undefined): number {
  collect?.()
  return process.memoryUsage().heapUsed
}
