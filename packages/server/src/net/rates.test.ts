import { named, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConnectionRates, isFree, MessageRates } from './rates.ts'

const rate = { burst: 3, perSecond: 1 }
const user = (name: string, registered: boolean, address: string) => ({ name: named(name), registered, address })

function opened() {
  const clock = new VirtualClock()
  const messages = new MessageRates({ messageRate: rate }, clock)
  const left = (who: ReturnType<typeof user>) => {
    let count = 0
    while (messages.of(who)!.take()) count++
    return count
  }
  return { clock, messages, left }
}

describe('the rate of messages (X-8)', () => {
  it('is one of all connections of a registered user', () => {
    const { left } = opened()
    assert.equal(left(user('ann', true, '192.0.2.1')), 3)
    assert.equal(left(user('Ann', true, '192.0.2.2')), 0)
    assert.equal(left(user('bob', true, '192.0.2.1')), 3)
  })

  it('is one of all guests of an address, whatever they are called', () => {
    const { left } = opened()
    assert.equal(left(user('ann', false, '192.0.2.1')), 3)
    assert.equal(left(user('bob', false, '192.0.2.1')), 0)
    assert.equal(left(user('ann', false, '192.0.2.2')), 3)
    assert.equal(left(user('bob', true, '192.0.2.1')), 3, 'a registered user is nobody of the address')
  })

  it('is each guest’s own on loopback, where all share an address', () => {
    const { left } = opened()
    assert.equal(left(user('ann', false, '127.0.0.1')), 3)
    assert.equal(left(user('bob', false, '127.0.0.1')), 3)
    assert.equal(left(user('ann', false, '::1')), 0)
  })

  it('is not renewed by silence alone: a bucket is forgotten once it is full', () => {
    const { clock, messages, left } = opened()
    const ann = user('ann', true, '192.0.2.1')
    const bucket = messages.of(ann)!
    clock.advance(59_999)
    left(ann)
    clock.advance(1_000)
    assert.equal(messages.of(ann), bucket, 'it is not full')
    clock.advance(60_000)
    messages.of(user('bob', true, '192.0.2.1'))
    assert.notEqual(messages.of(ann), bucket)
    assert.equal(left(ann), 3)
  })

  it('may be none', () => {
    assert.equal(new MessageRates({ messageRate: null }, new VirtualClock()).of(user('ann', true, '192.0.2.1')), null)
  })
})

describe('the rates of a connection', () => {
  const took = (rates: ConnectionRates, command: string, times: number) =>
    Array.from({ length: times }, () => rates.bucketOf(command)!.take()).filter(Boolean).length

  it('are the user’s for messages, and its own for keys', () => {
    const { clock, messages } = opened()
    const ann = user('ann', true, '192.0.2.1')
    const [one, other] = [new ConnectionRates(ann, messages, clock), new ConnectionRates(ann, messages, clock)]
    assert.equal(took(one, 'broadcast', 2), 2)
    assert.equal(took(other, 'tell', 2), 1)
    assert.equal(took(one, 'key.publish', 9), 5)
    assert.equal(took(other, 'key.publish', 9), 5)
    assert.equal(took(one, 'session-key.send', 30), 20)
    clock.advance(10_000)
    assert.equal(took(one, 'key.publish', 9), 1)
    assert.equal(took(one, 'session-key.send', 30), 20)
  })

  it('are none for what nobody else hears', () => {
    const { clock, messages } = opened()
    const rates = new ConnectionRates(user('ann', true, '192.0.2.1'), messages, clock)
    for (const command of ['leave', 'mailbox.acknowledge', 'toString', '']) assert.equal(rates.bucketOf(command), null)
  })

  it('count neither what was refused nor the public key from before', () => {
    assert.equal(isFree({ ok: false }), true)
    assert.equal(isFree({ ok: true, value: { isNew: false } }), true)
    assert.equal(isFree({ ok: true, value: { isNew: true } }), false)
    assert.equal(isFree({ ok: true, value: undefined }), false)
  })
})
