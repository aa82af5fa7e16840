import { parseUserName } from '@parley/core'
import { administer, restoreBackup } from '@parley/server'
import { NatsServers, withoutNats } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { NodeProcess } from './cluster/node-process.ts'
import { command, exitOf } from './restartable-server.ts'

/** One server of NATS, and directories for nodes that are ended with the test. */
async function place(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'parley-joining-'))
  const nats = await NatsServers.start()
  const nodes: NodeProcess[] = []
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
    await nats.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  const config = join(directory, 'config.json')
  writeFileSync(config, '{}')
  const node = (name: string) => {
    const cluster = `nats://${nats.hosts}/test`
    const made = new NodeProcess({
      name,
      data: join(directory, name),
      cluster,
      listen: ['ident://127.0.0.1:0'],
      config,
    })
    nodes.push(made)
    return made
  }
  return { directory, node }
}

async function addAccount(data: string, name: string): Promise<void> {
  const parsed = parseUserName(name)
  assert.ok(parsed.ok)
  const added = await administer(data, { do: 'user.add', name: parsed.value, password: 'vita2048' })
  assert.ok(added.ok && added.result.ok, JSON.stringify(added))
}

async function accountsIn(data: string): Promise<readonly string[]> {
  const asked = await administer(data, { do: 'user.list' })
  assert.ok(asked.ok && asked.result.ok, JSON.stringify(asked))
  return asked.result.value
}

/** Both nodes apply the same, one of them a little later. */
async function untilKnown(data: string, ...names: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (String(await accountsIn(data)) === names.join()) return
    await wait(50)
  }
  assert.deepEqual(await accountsIn(data), names)
}

describe('a data directory and a cluster', { skip: withoutNats }, () => {
  it('what one server has is what the others begin with, a node goes on where it was, and a backup leads back', async (t) => {
    const { directory, node } = await place(t)
    const [berlin, paris] = [node('berlin'), node('paris')]
    await addAccount(berlin.data, 'ann')
    await berlin.start()
    await paris.start()
    await untilKnown(paris.data, 'ann')
    await addAccount(paris.data, 'bob')
    await untilKnown(berlin.data, 'ann', 'bob')

    await paris.end('SIGKILL')
    await addAccount(berlin.data, 'cas')
    await paris.start()
    await untilKnown(paris.data, 'ann', 'bob', 'cas')

    for (const each of [paris, berlin]) await each.end('SIGTERM')
    const alone = spawn(process.execPath, [command, 'serve', '--data', berlin.data, '--listen', 'ident://127.0.0.1:0'])
    const complaint = text(alone.stderr)
    assert.deepEqual((await exitOf(alone, 'a server without its cluster'))[0], 1)
    assert.match(await complaint, /is a node of a cluster. Start it with --cluster/)

    const backup = await administer(berlin.data, { do: 'backup' })
    assert.ok(backup.ok && backup.result.ok, JSON.stringify(backup))
    const restored = join(directory, 'restored')
    const outcome = restoreBackup(backup.result.value, restored, { replace: false, now: Date.now() })
    assert.ok(outcome.ok, JSON.stringify(outcome))
    assert.deepEqual(await accountsIn(restored), ['ann', 'bob', 'cas'])
  })

  it('that belong to different communities are kept apart, and nothing is touched', async (t) => {
    const { node } = await place(t)
    const [berlin, rome] = [node('berlin'), node('rome')]
    await berlin.start()
    await addAccount(rome.data, 'eve')
    await assert.rejects(rome.start(), /is not of this cluster, and was not touched/)
    assert.deepEqual(await accountsIn(rome.data), ['eve'])
    assert.equal(existsSync(join(rome.data, 'cluster.json')), false)
    assert.deepEqual(await accountsIn(berlin.data), [])
  })
})
