import { MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import type { Dialect, SessionContext, TransferListener } from '@parley/protocols'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { compose } from '../compose.ts'
import { defaultSettings } from '../config/settings.ts'
import { silentLogger } from '../logger.ts'
import { Listeners } from './listeners.ts'

describe('a transfer listener', () => {
  it('accepts as many connections as it was opened for, and then none (H-11)', async (t) => {
    const { listener, accepted } = await opened(t, 2, '127.0.0.1')
    const [one, other] = [await enter(t, listener), await enter(t, listener)]
    await accepted(2)
    const [refusal] = (await once(connectTo(t, listener), 'error')) as [NodeJS.ErrnoException]
    assert.equal(refusal.code, 'ECONNREFUSED')
    assert.deepEqual([one.destroyed, other.destroyed], [false, false], 'those that were accepted stay')
  })

  it('refuses everybody from elsewhere, who uses up no place (H-11)', async (t) => {
    const { listener, count } = await opened(t, 1, '192.0.2.1')
    for (let attempt = 0; attempt < 3; attempt++) await once((await enter(t, listener)).resume(), 'close')
    assert.equal(count(), 0)
    listener.close()
    listener.close()
  })

  it('is not opened where the ports for it are all taken', async (t) => {
    const { listener, context } = await opened(t, 2, '127.0.0.1')
    const taken = { first: listener.port, last: listener.port }
    const second = await opened(t, 1, '127.0.0.1', taken).catch((error: Error) => error.message)
    assert.equal(second, 'no-free-port')
    assert.ok((await context.openTransferListener(silent(), { connections: 1, from: new Set(), share: 'ann' })).ok)
  })

  it('takes the port that is wanted where it is free, and another one where it is not', async (t) => {
    const { listener, context } = await opened(t, 2, '127.0.0.1')
    const allowed = { connections: 1, from: new Set<string>(), share: 'ann' }
    const other = await context.openTransferListener(silent(), { ...allowed, port: listener.port })
    assert.ok(other.ok)
    assert.notEqual(other.value.port, listener.port)
    listener.close()
    const same = await context.openTransferListener(silent(), { ...allowed, port: listener.port })
    assert.equal(same.ok && same.value.port, listener.port)
  })

  it('is tried at no other port after a failure that is not somebody else at this one', async (t) => {
    const range = { first: -1, last: 0 }
    const listener = await opened(t, 1, '127.0.0.1', range).catch((error: Error) => error.message)
    assert.equal(listener, 'no-free-port')
  })
})

/** A dialect that says and hears nothing; `opened` sees each connection. */
function silent(opened: (context: SessionContext<unknown>) => void = () => {}): Dialect<unknown, unknown> {
  return {
    codec: { decoder: () => ({ push: () => {}, next: () => undefined }), encode: () => new Uint8Array(0) },
    wire: { name: 'silent', encode: () => null },
    received: 'flushed',
    hears: 'at-once',
    session: (context) => ({
      opened: () => opened(context),
      received: () => {},
      hear: () => {},
      closed: () => {},
      farewell: () => {},
    }),
  }
}

async function opened(
  t: TestContext,
  connections: number,
  from: string,
  transferPorts: { readonly first: number; readonly last: number } | null = null,
) {
  const clock = new VirtualClock()
  const composed = await compose(
    { ...defaultSettings, limits: { ...defaultSettings.limits, transferPorts } },
    {
      store: new MemoryStore(),
      clock,
      random: new SeededRandom(1),
      logger: silentLogger,
      passwords: new PlainPasswords(),
    },
  )
  assert.ok(composed)
  const listeners = new Listeners(composed.services)
  t.after(async () => {
    const stopped = listeners.stop(0)
    clock.advance(10_000)
    await stopped
  })
  const main = Promise.withResolvers<SessionContext<unknown>>()
  const dialect = silent(main.resolve)
  const port = await listeners.listen({ protocol: 'silent', dialect, host: '127.0.0.1', port: 0, tls: null })
  await enter(t, { port })
  const context = await main.promise
  const visits: SessionContext<unknown>[] = []
  let ring = (): void => {}
  const listener = await context.openTransferListener(
    silent((visit) => {
      visits.push(visit)
      ring()
    }),
    { connections, from: new Set([from]), share: 'ann' },
  )
  if (!listener.ok) throw new Error(listener.fail)
  const accepted = async (wanted: number) => {
    while (visits.length < wanted) await new Promise<void>((resolve) => (ring = resolve))
  }
  return { context, listener: listener.value, accepted, count: () => visits.length }
}

async function enter(t: TestContext, listener: Pick<TransferListener, 'port'>): Promise<Socket> {
  const socket = connectTo(t, listener)
  await once(socket, 'connect')
  return socket.on('error', () => {})
}

function connectTo(t: TestContext, { port }: Pick<TransferListener, 'port'>): Socket {
  const socket = connect({ port, host: '127.0.0.1' })
  t.after(() => socket.destroy())
  return socket
}
