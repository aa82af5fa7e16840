import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRate } from './rate.ts'

test('a rate is off, or a burst and what comes a second', () => {
  assert.equal(parseRate('off'), null)
  assert.deepEqual(parseRate('20/5'), { burst: 20, perSecond: 5 })
  assert.deepEqual(parseRate('1/0.5'), { burst: 1, perSecond: 0.5 })
  for (const text of ['', 'on', '20', '20/', '/5', '0/5', '5/0', '-1/5', '1.5/5', '20/5/', ' 20/5', '1e3/5']) {
    assert.equal(parseRate(text), undefined, text)
  }
})
