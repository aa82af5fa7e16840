import { named, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserRateLimits } from '../config/settings.ts'
import { Buckets, isFree, UserRates } from './rates.ts'
import { shareOf } from './shares.ts'

const rate = (burst: number) => ({ burst, perSecond: 1 })
const limits: UserRateLimits = {
  messageRate: rate(3),
  keyRate: rate(2),
  sessionKeyRate: rate(4),
  keyQuestionRate: rate(5),
  fileOfferRate: rate(6),
  markRate: rate(7),
}

/** How many of that command are within the rate of that share. */
function taken(rates: UserRates, command: string, share: string): number {
  let count = 0
  while (count < 99 && rates.bucketOf(command, share)?.take()) count++
  return count
}

describe('the rates of a user (X-8)', () => {
  it('are one for all that other people hear, and one each for keys, questions and offers', () => {
    const rates = new UserRates(limits, new VirtualClock())
    assert.equal(taken(rates, 'broadcast', 'account ann'), 3)
    for (const command of ['tell', 'group.say', 'sealed.send', 'tunnel.ask', 'game.start']) {
      assert.equal(taken(rates, command, 'account ann'), 0)
    }
    const others = ['key.publish', 'session-key.send', 'key.request', 'file.offer', 'mark.read']
    assert.deepEqual(
      others.map((command) => taken(rates, command, 'account ann')),
      [2, 4, 5, 6, 7],
    )
    assert.equal(taken(rates, 'broadcast', 'account bob'), 3)
  })

  it('are none for what nobody else hears, nor where they are off', () => {
    const rates = new UserRates({ ...limits, messageRate: null }, new VirtualClock())
    for (const command of ['leave', 'mailbox.acknowledge', 'toString', '', 'broadcast']) {
      assert.equal(rates.bucketOf(command, 'account ann'), null)
    }
  })

  it('count neither what was refused nor the public key from before', () => {
    assert.equal(isFree({ ok: false }), true)
    assert.equal(isFree({ ok: true, value: { isNew: false } }), true)
    assert.equal(isFree({ ok: true, value: { isNew: true } }), false)
    assert.equal(isFree({ ok: true, value: undefined }), false)
  })

  it('are not renewed by silence alone: a bucket is forgotten once it is full', () => {
    const clock = new VirtualClock()
    const buckets = new Buckets(rate(3), clock)
    const bucket = buckets.of('ann')
    clock.advance(59_999)
    bucket.take()
    clock.advance(1)
    assert.equal(buckets.of('ann'), bucket, 'it is not full')
    clock.advance(60_000)
    buckets.of('bob')
    assert.notEqual(buckets.of('ann'), bucket)
  })
})

describe('whose rate and room it is', () => {
  const share = (name: string, registered: boolean, address: string) => shareOf(named(name), registered, address)

  it('is a registered user’s own, wherever it comes from', () => {
    assert.equal(share('ann', true, '192.0.2.1'), share('Ann', true, '198.51.100.7'))
    assert.notEqual(share('ann', true, '192.0.2.1'), share('ann', false, '192.0.2.1'))
  })

  it('is one of all guests of an address, and of an IPv6 network', () => {
    assert.equal(share('ann', false, '192.0.2.1'), share('bob', false, '192.0.2.1'))
    assert.notEqual(share('ann', false, '192.0.2.1'), share('ann', false, '192.0.2.2'))
    assert.equal(share('ann', false, '2001:db8:0:7::1'), share('bob', false, '2001:db8::7:ffff:0:0:2'))
    assert.notEqual(share('ann', false, '2001:db8:0:7::1'), share('ann', false, '2001:db8:0:8::1'))
  })

  it('is each guest’s own on loopback, where all share an address', () => {
    assert.notEqual(share('ann', false, '127.0.0.1'), share('bob', false, '127.0.0.1'))
    assert.equal(share('ann', false, '127.0.0.1'), share('Ann', false, '::1'))
  })
})
