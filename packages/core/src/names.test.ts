import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keyOf, parseGroupName, parseUserName, sameName } from './names.ts'

describe('user names', () => {
  it('are 1 to 32 letters, digits and underscores, kept in their case', () => {
    for (const name of ['a', '_', '0', 'Ann_42', 'x'.repeat(32)])
      assert.deepEqual(parseUserName(name), { ok: true, value: name })
  })

  it('hold nothing else, no line end at the end either', () => {
    for (const name of ['', 'x'.repeat(33), 'a b', 'a-b', 'a:b', 'ann\n', 'ann\u0000', 'é', 'ａ', 'ſ'])
      assert.deepEqual(parseUserName(name), { ok: false, fail: 'name-invalid' })
  })

  it('are not the reserved words in any case, though they may contain them', () => {
    for (const name of ['unknown', 'Server', 'ALL', 'everyOne'])
      assert.deepEqual(parseUserName(name), { ok: false, fail: 'name-reserved' })
    assert.equal(parseUserName('all_of_us').ok, true)
  })

  it('are the same without regard to case', () => {
    const [upper, lower] = [parseUserName('ANN_I'), parseUserName('ann_i')]
    assert.ok(upper.ok && lower.ok)
    assert.equal(keyOf(upper.value), keyOf(lower.value))
    assert.deepEqual([sameName('ANN_I', 'ann_i'), sameName('ann_i', 'ann_l')], [true, false])
  })
})

describe('group names', () => {
  it('are as user names, and up to 64 characters long', () => {
    assert.equal(parseGroupName('Cats_and_dogs'.padEnd(64, 'x')).ok, true)
    for (const name of ['', 'x'.repeat(65), 'two words']) {
      assert.deepEqual(parseGroupName(name), { ok: false, fail: 'name-invalid' })
    }
    assert.deepEqual(parseGroupName('Everyone'), { ok: false, fail: 'name-reserved' })
  })
})
