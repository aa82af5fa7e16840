import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rate, short, sum } from './samples.ts'

const look = (at: number, messages: number) => ({
  at,
  samples: [
    { name: 'm', labels: { protocol: 'a' }, value: messages },
    { name: 'm', labels: { protocol: 'b' }, value: 1 },
    { name: 'other', value: 7 },
  ],
})

describe('what is plotted of the metrics', () => {
  it('is the sum of a family, or of one label of it', () => {
    assert.deepEqual([sum(look(0, 2), 'm'), sum(look(0, 2), 'm', 'b'), sum(look(0, 2), 'none')], [3, 1, 0])
  })

  it('is how fast it grows, from the second look on, and never negative', () => {
    const perSecond = rate('m')
    assert.deepEqual(
      [perSecond(look(0, 2), undefined), perSecond(look(2_000, 8), look(0, 2)), perSecond(look(2_000, 0), look(0, 2))],
      [null, 3, 0],
    )
    assert.equal(perSecond(look(0, 8), look(0, 2)), null)
  })

  it('is shown in few characters', () => {
    const shown = [0, 0.25, 9.96, 12.4, 999, 1_000, 3_440, 56e6, 2e9].map((value) => short(value, 'B'))
    assert.deepEqual(shown, ['0 B', '0.3 B', '10 B', '12 B', '999 B', '1 kB', '3.4 kB', '56 MB', '2 GB'])
    assert.equal(short(4, ''), '4')
  })
})
