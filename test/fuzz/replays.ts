import { loadTranscripts, type Transcript } from '@parley/conformance'
import type { MemoryListener } from '@parley/server/testing'
import type { Action } from './actions.ts'
import type { Chance } from './chance.ts'
import { bytesOf } from './seeds.ts'
import { mutate } from './streams.ts'

type Step = Transcript['steps'][number]

const transcripts = loadTranscripts()

/**
 * A transcript with its clients, but for what they hear, as a run in which something may go wrong: a client is gone too early, says
 * something else, twice or not at all, or time passes. It leads to places where chance alone seldom comes.
 */
export function replay(listeners: readonly MemoryListener[], chance: Chance): readonly Action[] {
  const { steps } = chance.pick(transcripts)
  const clients = new Map<string, { readonly number: number; readonly protocol: string }>()
  const failures = chance.pick([0, 3, 10])
  let opened = 0
  return steps.flatMap((step): readonly Action[] => {
    if (step.kind === 'connects') clients.set(step.actor, { number: opened++, protocol: step.protocol })
    const client = 'actor' in step ? clients.get(step.actor) : undefined
    const actions = actionOf(step, client, listeners)
    if (!actions) return []
    const rest: readonly Action[] = chance.odds(85) ? [{ kind: 'turns', count: 4 }] : []
    if (!client || !chance.odds(failures)) return [actions, ...rest]
    return [...failing(actions, client.number, chance), ...rest]
  })
}

/** What happens in place of the action, which goes wrong. */
function failing(action: Action, client: number, chance: Chance): readonly Action[] {
  switch (chance.below(5)) {
    case 0:
      return [action, { kind: chance.pick(['ends', 'resets', 'stalls']), client }]
    case 1:
      return []
    case 2:
      return action.kind === 'says' ? [action, action] : [action]
    case 3:
      return [action, { kind: 'passes', ms: chance.pick([1_000, 10_000, 60_000]) }]
    default:
      return [action.kind === 'says' ? { ...action, bytes: mutate(action.bytes, 100, [], chance) } : action]
  }
}

function actionOf(
  step: Step,
  client: { readonly number: number; readonly protocol: string } | undefined,
  listeners: readonly MemoryListener[],
): Action | undefined {
  if (step.kind === 'passes') return { kind: 'passes', ms: step.ms }
  if (!client) return undefined
  const { number, protocol } = client
  const address = '192.0.2.1'
  switch (step.kind) {
    case 'connects': {
      if (step.at !== undefined) return { kind: 'opens-transfer', client: number, which: 0, address }
      const listener = listeners.findIndex(({ name }) => name === protocol)
      return listener < 0 ? undefined : { kind: 'opens', client: number, listener, address, answers: true }
    }
    case 'writes': {
      const bytes = bytesOf(step.payload, protocol)
      return bytes && { kind: 'says', client: number, bytes }
    }
    case 'ends':
      return { kind: 'ends', client: number }
    case 'closes':
    case 'resets':
      return { kind: 'resets', client: number }
    case 'hears':
    case 'restarts':
      return undefined
  }
}
