import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codes, commands } from './commands.ts'
import { replies } from './replies.ts'
import type { Arrows, State } from './states.ts'

const arrows: readonly (readonly [said: string, arrows: Arrows])[] = Object.entries({ ...commands, ...codes }).map(
  ([said, { when }]) => [said, when],
)

/** What may be said in a state, and the state that it leads to. */
function from(state: State): { readonly [said: string]: State | undefined } {
  return Object.fromEntries(arrows.flatMap(([said, when]) => (when[state] ? [[said, when[state]]] : [])))
}

describe('cp states', () => {
  it('let every command of Process Command through in Error Processing, and 201 lead back (P-5)', () => {
    assert.deepEqual(from('Error Processing'), { ...from('Process Command'), '201': 'Process Command' })
  })

  it('are all reached from Idle, and TERM leads back wherever the client is waited for (P-11)', () => {
    const waits: readonly State[] = [
      'Idle',
      'User Validated',
      'Process Command',
      'Receiving Message',
      'Error Processing',
    ]
    const reached = new Set<State>(['Idle'])
    for (const [, when] of arrows) for (const next of Object.values(when)) reached.add(next)
    for (const { next } of Object.values(replies)) if (next) reached.add(next)
    assert.deepEqual([...reached].sort(), [...waits, 'Authentication Validated', 'Sending Message'].sort())
    for (const state of waits) assert.equal(from(state)['TERM'], 'Idle')
    for (const state of ['Authentication Validated', 'Sending Message'] as const) assert.deepEqual(from(state), {})
  })

  it('are Error Processing after what went wrong with a message, on either side (P-5, P-6)', () => {
    for (const code of ['540', '545', '546', '550'] as const) assert.equal(replies[code].next, 'Error Processing')
    assert.equal(codes['550'].when['Receiving Message'], 'Error Processing')
    assert.equal(replies['500'].next, null)
  })
})
