import { loadTranscripts, type Transcript } from '@parley/conformance'
import type { Action } from './actions.ts'
import type { Chance } from './chance.ts'
import type { Listener } from './memory-connection.ts'
import { bytesOf } from './seeds.ts'
import { mutate } from './streams.ts'

type Step = Transcript['steps'][number]

const transcripts = loadTranscripts()

/**
 * A transcript with its clients, but for what they hear, as a run in which something may go wrong: a client is gone too early, says
 * something else, twice or not at all, or time passes. It leads to places where chance alone seldom comes.
 */
export function replay(listeners: readonly Listener[], chance: Chance): readonly Action[] {
  const { steps } = chance.pick(transcripts)
  const clients = new Map<string, { readonly number: number; readonly protocol: string }>()
  const mishaps = chance.pick([0, 3, 10])
  let opened = 0
  return steps.flatMap((step): readonly Action[] => {
    if (step.kind === 'opens') clients.set(step.client, { number: opened++, protocol: step.protocol })
    const client = 'client' in step ? clients.get(step.client) : undefined
    const actions = actionOf(step, client, listeners)
    if (!actions) return []
    const rest: readonly Action[] = chance.odds(85) ? [{ kind: 'turns', count: 4 }] : []
    if (!client || !chance.odds(mishaps)) return [actions, ...rest]
    return [...mishap(actions, client.number, chance), ...rest]
  })
}

function mishap(action: Action, client: number, chance: Chance): readonly Action[] {
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
  listeners: readonly Listener[],
): Action | undefined {
  if (step.kind === 'passes') return { kind: 'passes', ms: step.ms }
  if (!client) return undefined
  const { number, protocol } = client
  const address = '192.0.2.1'
  switch (step.kind) {
    case 'opens': {
      if (step.at !== undefined) return { kind: 'knocks', client: number, door: 0, address }
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
