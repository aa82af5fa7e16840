import { VirtualClock } from '@parley/core/memory'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Heartbeat } from './heartbeat.ts'

describe('heartbeat', () => {
  it('pings 10 s after it started and every 10 s from then on', () => {
    const { clock, heartbeat, log } = beating()
    heartbeat.start()
    clock.advance(9_999)
    assert.deepEqual(log, [])
    clock.advance(1)
    assert.deepEqual(log, ['ping'])
    heartbeat.pong()
    clock.advance(9_999)
    assert.deepEqual(log, ['ping'])
    clock.advance(1)
    assert.deepEqual(log, ['ping', 'ping'])
  })

  it('counts the 10 s from its ping, however late the answer comes', () => {
    const { clock, heartbeat, log } = beating()
    heartbeat.start()
    clock.advance(12_999)
    assert.equal(heartbeat.pong(), true)
    clock.advance(7_001)
    assert.deepEqual(log, ['ping', 'ping'])
  })

  it('is lost 3 s after a ping that nothing answered, and then silent', () => {
    const { clock, heartbeat, log } = beating()
    heartbeat.start()
    clock.advance(12_999)
    assert.deepEqual(log, ['ping'])
    clock.advance(1)
    assert.deepEqual(log, ['ping', 'lost'])
    clock.advance(60_000)
    assert.deepEqual(log, ['ping', 'lost'])
  })

  it('takes one answer for each ping and none before the first', () => {
    const { clock, heartbeat } = beating()
    assert.equal(heartbeat.pong(), false)
    heartbeat.start()
    assert.equal(heartbeat.pong(), false)
    clock.advance(10_000)
    assert.deepEqual([heartbeat.pong(), heartbeat.pong()], [true, false])
  })

  it('neither pings nor is lost once it was stopped, before a ping or after', () => {
    const { clock, heartbeat, log } = beating()
    heartbeat.start()
    heartbeat.stop()
    clock.advance(60_000)
    assert.deepEqual(log, [])
    heartbeat.start()
    clock.advance(11_000)
    heartbeat.stop()
    clock.advance(60_000)
    assert.deepEqual(log, ['ping'])
    assert.equal(heartbeat.pong(), false)
  })

  it('may be stopped by what it does when it pings', () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const heartbeat: Heartbeat = new Heartbeat(
      clock,
      () => heartbeat.stop(),
      () => log.push('lost'),
    )
    heartbeat.start()
    clock.advance(60_000)
    assert.deepEqual(log, [])
  })
})

function beating() {
  const clock = new VirtualClock()
  const log: string[] = []
  const heartbeat = new Heartbeat(
    clock,
    () => log.push('ping'),
    () => log.push('lost'),
  )
  return { clock, heartbeat, log }
}
