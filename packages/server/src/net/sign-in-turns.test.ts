import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SignInTurns } from './sign-in-turns.ts'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

function opened() {
  const clock = new VirtualClock()
  const turns = new SignInTurns({ signInRate: { burst: 2, perSecond: 2 } }, clock)
  const entered: string[] = []
  const ask = (who: string, address: string, wanted = () => true): void => {
    const turn = turns.turn(address, wanted)
    if (turn) void turn.then(() => entered.push(who))
    else entered.push(who)
  }
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settled()
  }
  return { clock, turns, entered, ask, pass }
}

describe('the turns of an address to sign in (X-8)', () => {
  it('are some at once, and then one after another, first come, first served', async () => {
    const { clock, entered, ask, pass } = opened()
    for (const who of ['a', 'b', 'c', 'd']) ask(who, '192.0.2.1')
    assert.deepEqual(entered, ['a', 'b'])
    await pass(499)
    assert.deepEqual(entered, ['a', 'b'])
    await pass(1)
    assert.deepEqual(entered, ['a', 'b', 'c'])
    ask('e', '192.0.2.1')
    await pass(500)
    await pass(500)
    assert.deepEqual(entered, ['a', 'b', 'c', 'd', 'e'])
    assert.equal(clock.waiting, 0)
  })

  it('are those of an IPv6 network, and each address has its own', () => {
    const { entered, ask } = opened()
    for (const [at, address] of ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'].entries()) {
      ask(String(at), address)
    }
    assert.deepEqual(entered, ['0', '1', '3'])
  })

  it('pass over whoever has gone, and cost nothing where nobody signed in', async () => {
    const { turns, entered, ask, pass } = opened()
    for (const who of ['a', 'b']) ask(who, '192.0.2.1')
    ask('gone', '192.0.2.1', () => false)
    ask('c', '192.0.2.1')
    await pass(500)
    assert.deepEqual(entered, ['a', 'b', 'c'])
    turns.giveBack('192.0.2.1')
    ask('d', '192.0.2.1')
    assert.deepEqual(entered, ['a', 'b', 'c', 'd'])
  })

  it('are as many as anybody likes on loopback, and where there is no limit', () => {
    const { entered, ask } = opened()
    for (const who of ['a', 'b', 'c', 'd']) ask(who, '127.0.0.1')
    assert.equal(entered.length, 4)
    assert.equal(
      new SignInTurns({ signInRate: null }, new VirtualClock()).turn('192.0.2.1', () => true),
      undefined,
    )
  })
})
