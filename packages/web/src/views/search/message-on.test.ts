import type { PageAt, PastMessage } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { messageOn } from './message-on.ts'

/** Numbers with wide gaps, as those of a conversation among many. */
const seqs = Array.from({ length: 500 }, (_, at) => at * at + 7)
const kept = seqs.map((seq, at) => ({ stamp: { seq, at: at * 1_000 } }) as PastMessage)

function history() {
  let pages = 0
  const page = async (_of: string, at: PageAt, limit: number) => {
    pages++
    const after = 'after' in at ? kept.filter(({ stamp }) => stamp.seq > at.after).slice(0, limit) : null
    const before = kept.filter(({ stamp }) => !('before' in at) || stamp.seq < at.before).slice(-limit)
    return { messages: after ?? before, more: { before: true, after: true } }
  }
  return { page, count: () => pages }
}

describe('the first message of a day', () => {
  it('is found by few questions, wherever it is', async () => {
    for (const at of [0, 1, 250, 498, 499]) {
      const asked = history()
      assert.equal(await messageOn(asked, '*', at * 1_000), seqs[at])
      assert.equal(await messageOn(asked, '*', at * 1_000 - 500), seqs[at])
      assert.ok(asked.count() < 100, `${asked.count()} pages`)
    }
  })

  it('is none behind the newest', async () => {
    assert.equal(await messageOn(history(), '*', 499_001), null)
  })
})
