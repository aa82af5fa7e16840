import { VirtualClock } from '@parley/core/testing'
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

  it('is not lost where the answer had arrived and was not read (X-8)', () => {
    const { clock, heartbeat, log, isBehind, read } = beating()
    isBehind.now = true
    heartbeat.start()
    clock.advance(14_000)
    assert.equal(heartbeat.pong(), true, 'it was waited for')
    read()
    assert.deepEqual(log, ['ping'])
    clock.advance(10_000)
    read()
    assert.deepEqual(log, ['ping', 'ping', 'lost'])
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
    const heartbeat: Heartbeat = new Heartbeat({
      context: atOnce(clock),
      ping: () => heartbeat.stop(),
      pongTimeout: () => log.push('lost'),
    })
    heartbeat.start()
    clock.advance(60_000)
    assert.deepEqual(log, [])
  })

  it('beats for each by itself, with two timers for all of them', () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const heartbeats = ['ann', 'bob', 'cas'].map((name) => {
      const heartbeat: Heartbeat = new Heartbeat({
        context: atOnce(clock),
        ping: () => log.push(`ping ${name}`),
        pongTimeout: () => log.push(`lost ${name}`),
      })
      heartbeat.start()
      clock.advance(1_000)
      return heartbeat
    })
    assert.equal(clock.waiting, 1)
    clock.advance(7_000)
    assert.equal(heartbeats[0]!.pong(), true)
    heartbeats[1]!.stop()
    clock.advance(5_000)
    assert.deepEqual(log, ['ping ann', 'ping cas', 'lost cas'])
    assert.equal(clock.waiting, 1)
    for (const heartbeat of heartbeats) heartbeat.stop()
    assert.equal(clock.waiting, 0, 'no timer is left behind')
  })
})

function beating() {
  const clock = new VirtualClock()
  const log: string[] = []
  const arrived: (() => void)[] = []
  const heartbeat = new Heartbeat({
    context: { clock, afterInput: (run) => (isBehind.now ? arrived.push(run) : run()) },
    ping: () => log.push('ping'),
    pongTimeout: () => log.push('lost'),
  })
  const isBehind = { now: false }
  /** The server has read what arrived. */
  const read = (): void => arrived.splice(0).forEach((run) => run())
  return { clock, heartbeat, log, isBehind, read }
}

/** A connection with nothing left to read. */
function atOnce(clock: VirtualClock) {
  return { clock, afterInput: (run: () => void) => run() }
}
