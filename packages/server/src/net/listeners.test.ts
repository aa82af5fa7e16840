import { MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import type { Dialect } from '@parley/protocols'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { signInAs } from '../../testing/connection-rig.ts'
import { lineDialect, type ScriptedSession } from '../../testing/line-protocol.ts'
import { compose } from '../compose.ts'
import { defaultSettings, type NetLimits } from '../config/settings.ts'
import { silentLogger } from '../logger.ts'
import { Listeners } from './listeners.ts'

describe('listeners', () => {
  it('end everybody in the words of the protocol, let nobody else in, and are done when all have gone (X-11)', async (t) => {
    const { listeners, enter, sessions } = await opened(t)
    const [ann, bob] = [await enter(), await enter()]
    await until(() => sessions.length === 2)
    const stopped = listeners.stop(5_000)
    assert.deepEqual(await Promise.all([heard(ann), heard(bob)]), ['bye: stopping\n', 'bye: stopping\n'])
    await stopped
    assert.equal(listeners.size, 0)
    for (const { calls } of sessions) assert.deepEqual(calls, ['opened', 'farewell stopping', 'closed'])
    await assert.rejects(enter(), { code: 'ECONNREFUSED' })
  })

  it('do not wait longer than they may for a client that stays', async (t) => {
    const { listeners, clock, enter, sessions } = await opened(t)
    const ann = await enter(true)
    await until(() => sessions.length === 1)
    const stopped = listeners.stop(5_000)
    await until(() => sessions[0]!.calls.includes('closed'))
    assert.equal(listeners.size, 1)
    clock.advance(5_000)
    await stopped
    ann.destroy()
  })

  it('count those who have not signed in, by protocol', async (t) => {
    const { enter, sessions } = await opened(t)
    await enter()
    const bob = await enter()
    await until(() => sessions.length === 2)
    const { context } = sessions[0]!
    assert.equal(context.unauthenticated(), 2)
    await context.signIn(signInAs('ann'), () => {})
    assert.equal(context.unauthenticated(), 1)
    context.signOut()
    assert.equal(context.unauthenticated(), 2)
    bob.destroy()
    await until(() => context.unauthenticated() === 1)
  })

  it('go on after a session that cannot even be made', async (t) => {
    let bugs = 0
    const { enter, sessions, listeners } = await opened(t, {}, (dialect) => ({
      ...dialect,
      session: (context) => {
        if (++bugs === 1) throw new Error('a bug')
        return dialect.session(context)
      },
    }))
    await once((await enter()).resume(), 'close')
    await enter()
    await until(() => sessions.length === 1)
    assert.equal(sessions[0]!.context.unauthenticated(), 1)
    assert.equal(listeners.idle, true)
  })
})

async function opened(
  t: TestContext,
  limits: Partial<NetLimits> = {},
  change: (dialect: Dialect<string, string>) => Dialect<string, string> = (dialect) => dialect,
) {
  const clock = new VirtualClock()
  const parts = { store: new MemoryStore(), clock, random: new SeededRandom(1), logger: silentLogger }
  const settings = { ...defaultSettings, limits: { ...defaultSettings.limits, ...limits } }
  const composed = await compose(settings, { ...parts, passwords: new PlainPasswords() })
  assert.ok(composed)
  const listeners = new Listeners(composed.services)
  const sessions: ScriptedSession[] = []
  const dialect = change(
    lineDialect(
      () => ({}),
      (session) => sessions.push(session),
    ),
  ) as Dialect<unknown, unknown>
  const port = await listeners.listen({ protocol: 'lines', dialect, host: '127.0.0.1', port: 0, tls: null })
  const sockets: Socket[] = []
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await listeners.stop(0)
  })
  const enter = async (stays = false): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: stays })
    sockets.push(socket)
    await once(socket, 'connect')
    return socket.on('error', () => {})
  }
  return { listeners, clock, sessions, enter }
}

async function heard(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket) text += String(chunk)
  return text
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
