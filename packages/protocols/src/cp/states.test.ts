import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { replies } from './replies.ts'
import { states } from './states.ts'

describe('cp states', () => {
  it('let every command of Process Command through in Error Processing, and 201 lead back (P-5)', () => {
    assert.deepEqual(states['Error Processing'], { ...states['Process Command'], '201': 'Process Command' })
  })

  it('are all reached from Idle, and TERM leads back wherever the client is waited for (P-11)', () => {
    const reached = new Set(['Idle'])
    for (const takes of Object.values(states)) for (const next of Object.values(takes)) reached.add(next)
    for (const { next } of Object.values(replies)) if (next) reached.add(next)
    assert.deepEqual(reached, new Set(Object.keys(states)))
    for (const takes of Object.values(states)) if (Object.keys(takes).length > 0) assert.equal(takes.TERM, 'Idle')
  })

  it('are Error Processing after what went wrong with a message, on either side (P-5, P-6)', () => {
    for (const code of ['540', '545', '546', '550'] as const) assert.equal(replies[code].next, 'Error Processing')
    assert.equal(states['Receiving Message']['550'], 'Error Processing')
    assert.equal(replies['500'].next, null)
  })
})
