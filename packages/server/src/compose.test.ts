import type { Capabilities, Command, ConnectionId, NodeId } from '@parley/core'
import { MemoryStore, named, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compose } from './compose.ts'
import { defaultSettings } from './config/settings.ts'
import { silentLogger } from './logger.ts'

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  sealing: null,
  files: null,
  tunnels: true,
  devices: false,
}

describe('the log lines of a server', () => {
  it('say that a tunnel request was aborted after ten wrong numbers, and not the number (C-8)', async () => {
    const warned: string[] = []
    const composed = await compose(defaultSettings, {
      store: new MemoryStore(),
      clock: new VirtualClock(),
      random: new SeededRandom(1),
      logger: { ...silentLogger, warn: (fields) => void warned.push(JSON.stringify(fields)) },
      passwords: new PlainPasswords(),
    })
    assert.ok(composed)
    const submit = (command: Command) => void composed.submit(command, () => {})
    const node = 'local' as NodeId
    for (const name of ['ann', 'bob']) {
      const how = { node, proof: null, address: '192.0.2.1', exclusive: true, capabilities }
      submit({ do: 'arrive', connection: name as ConnectionId, name: named(name), ...how })
    }
    const pair = { asker: named('ann'), asked: named('bob') }
    submit({ do: 'tunnel.ask', connection: 'ann' as ConnectionId, to: pair.asked, code: '4711', withinRate: true })
    for (let wrong = 0; wrong < 10; wrong++) {
      assert.deepEqual(warned, [])
      const join = { connection: 'x' as ConnectionId, node, side: 'asked', address: '192.0.2.1' } as const
      submit({ do: 'tunnel.join', ...join, ...pair, code: `${wrong}` })
    }
    assert.deepEqual(warned, [JSON.stringify(pair)])
  })
})
