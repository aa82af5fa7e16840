import type { Dialect, Door, SessionContext } from '@parley/protocols'
import { MemoryCommunity } from '@parley/core/memory'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { defaultSettings } from '../config/settings.ts'
import { silentLog } from '../log.ts'
import { Gate } from './gate.ts'

describe('a side door', () => {
  it('lets in as many as it was opened for, and then nobody (H-11)', async (t) => {
    const { door, visits } = await openedDoor(t, 2, '127.0.0.1')
    const [one, other] = [await enter(t, door), await enter(t, door)]
    await visits(2)
    const [refusal] = (await once(connectTo(t, door), 'error')) as [NodeJS.ErrnoException]
    assert.equal(refusal.code, 'ECONNREFUSED')
    assert.deepEqual([one.destroyed, other.destroyed], [false, false], 'those that came in stay')
  })

  it('is closed to everybody from elsewhere, who uses up no place (H-11)', async (t) => {
    const { door, visited } = await openedDoor(t, 1, '192.0.2.1')
    for (let attempt = 0; attempt < 3; attempt++) await once((await enter(t, door)).resume(), 'close')
    assert.equal(visited(), 0)
    door.close()
    door.close()
  })

  it('is not opened where the ports for doors are all taken', async (t) => {
    const { door, context } = await openedDoor(t, 2, '127.0.0.1')
    const taken = { first: door.port, last: door.port }
    const second = await openedDoor(t, 1, '127.0.0.1', taken).catch((error: Error) => error.message)
    assert.equal(second, 'no-free-port')
    assert.ok((await context.openDoor(silent(), { connections: 1, from: new Set() })).ok)
  })

  it('is tried at no other port after a failure that is not somebody else at this one', async (t) => {
    const range = { first: -1, last: 0 }
    const opened = await openedDoor(t, 1, '127.0.0.1', range).catch((error: Error) => error.message)
    assert.equal(opened, 'no-free-port')
  })
})

/** A dialect that says and hears nothing; `opened` sees each connection. */
function silent(opened: (context: SessionContext<unknown>) => void = () => {}): Dialect<unknown, unknown> {
  return {
    codec: { decoder: () => ({ push: () => {}, next: () => undefined }), encode: () => new Uint8Array(0) },
    wire: { name: 'silent', encode: () => null },
    received: 'flushed',
    session: (context) => ({ opened: () => opened(context), received: () => {}, closed: () => {}, farewell: () => {} }),
  }
}

async function openedDoor(
  t: TestContext,
  connections: number,
  from: string,
  doorPorts: { readonly first: number; readonly last: number } | null = null,
) {
  const { core, clock } = new MemoryCommunity()
  const limits = { ...defaultSettings.limits, doorPorts }
  const gate = new Gate({ core, clock, log: silentLog, limits, serverName: 'Parley' })
  t.after(async () => {
    const stopped = gate.stop(0)
    clock.advance(10_000)
    await stopped
  })
  const main = Promise.withResolvers<SessionContext<unknown>>()
  const dialect = silent(main.resolve)
  const port = await gate.listen({ protocol: 'silent', dialect, host: '127.0.0.1', port: 0, tls: null })
  await enter(t, { port })
  const context = await main.promise
  const visitors: SessionContext<unknown>[] = []
  let ring = (): void => {}
  const opened = await context.openDoor(
    silent((visitor) => {
      visitors.push(visitor)
      ring()
    }),
    { connections, from: new Set([from]) },
  )
  if (!opened.ok) throw new Error(opened.fail)
  const visits = async (count: number) => {
    while (visitors.length < count) await new Promise<void>((resolve) => (ring = resolve))
  }
  return { context, door: opened.value, visits, visited: () => visitors.length }
}

async function enter(t: TestContext, door: Pick<Door, 'port'>): Promise<Socket> {
  const socket = connectTo(t, door)
  await once(socket, 'connect')
  return socket.on('error', () => {})
}

function connectTo(t: TestContext, { port }: Pick<Door, 'port'>): Socket {
  const socket = connect({ port, host: '127.0.0.1' })
  t.after(() => socket.destroy())
  return socket
}
