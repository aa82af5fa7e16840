import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationOf, stateOf, Transfers } from './transfers.ts'

test('a transfer says what is happening to it, how fast it is and how long it still takes', () => {
  let now = 0
  const transfers = new Transfers(
    () => {},
    () => now,
  )
  const begun = transfers.begin({ direction: 'sending', user: 'bob', name: 'film.mkv', size: 10_000 })
  const looks = () => {
    const [transfer] = transfers.list
    return transfer && [stateOf(transfer), transfer.bytesPerSecond, transfer.secondsLeft]
  }
  assert.deepEqual(looks(), ['waiting for bob', null, null])
  begun.progress(1_000)
  assert.deepEqual(looks(), ['sending', null, null])
  now = 2_000
  begun.progress(3_000)
  assert.deepEqual(looks(), ['sending', 1_000, 7])
  begun.progress(10_000)
  assert.equal(looks()?.[0], 'checking')
  begun.end()
  assert.deepEqual(transfers.list, [])
})

test('a rate is that of the last seconds, so that one that was slow at first is not slow for ever', () => {
  let now = 0
  const transfers = new Transfers(
    () => {},
    () => now,
  )
  const begun = transfers.begin({ direction: 'receiving', user: 'bob', name: 'film.mkv', size: null })
  begun.progress(1)
  for (now = 60_000; now <= 70_000; now += 1_000) begun.progress((now - 59_000) * 5_000)
  assert.equal(transfers.list[0]?.bytesPerSecond, 5_000_000)
  assert.equal(transfers.list[0]?.secondsLeft, null)
})

test('a transfer is drawn anew for a percent or a second, and cancelled by its number', () => {
  let now = 0
  let changes = 0
  let cancelled = 0
  const transfers = new Transfers(
    () => changes++,
    () => now,
  )
  const begun = transfers.begin({ direction: 'sending', user: 'bob', name: 'a', size: 1_000_000 }, () => cancelled++)
  for (let bytes = 0; bytes < 100_000; bytes += 10) begun.progress(bytes)
  assert.ok(changes <= 12, `${changes}`)
  assert.equal(transfers.cancel(transfers.list[0]!.id)?.name, 'a')
  assert.equal(transfers.cancel(99), null)
  assert.equal(cancelled, 1)
  now = 1
})

test('a time is said in the largest unit that fits', () => {
  assert.deepEqual([0.2, 59, 60, 600, 7_200].map(durationOf), ['1 s', '59 s', '1 min', '10 min', '2 h'])
})
