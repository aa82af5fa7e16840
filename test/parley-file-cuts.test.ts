import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { CommandUnderTest, mostResident } from './command-under-test.ts'
import { cuttingProxy, type CuttingProxy } from './cutting-proxy.ts'
import { assertMemory, hashOf, isBig, mebibyte, twoHomes, writeLargeFile } from './large-file.ts'
import { restartableServer } from './restartable-server.ts'

const size = (isBig ? 1_024 : 64) * mebibyte
const mostOfServer = 256 * mebibyte
const mostOfClient = 256 * mebibyte
const timeout = isBig ? 540_000 : 120_000
/** Of the bytes on the wire, which are half as many again at most. */
const cutsOfSender = [0.25, 0.7]
const cutsOfReceiver = [0.45]
const password = 'vita2048'

it(
  'a large file over parley whose connections are cut three times goes on where it was, in bounded memory of all three',
  { timeout },
  async (context) => {
    const { annHome, bobHome } = await twoHomes(context)
    const passwordFile = join(annHome, 'password')
    await writeFile(passwordFile, `${password}\n`)
    const server = await restartableServer({
      listen: ['parley://127.0.0.1:0'],
      settings: { ...defaultSettings, log: { level: 'silent', file: null } },
    })
    let cuts = 0
    const cutAt = (places: readonly number[], bytes: (proxy: CuttingProxy) => number) => {
      let next = 0
      return cuttingProxy(
        () => server.port('parley'),
        (proxy) => {
          if (bytes(proxy) < (places[next] ?? Infinity) * size) return
          next++
          cuts += proxy.cut()
        },
      )
    }
    const sending = await cutAt(cutsOfSender, ({ sent }) => sent)
    const receiving = await cutAt(cutsOfReceiver, ({ received }) => received)
    const commands: CommandUnderTest[] = []
    const run = (home: string, ...words: readonly string[]) => {
      const [command = '', ...rest] = words
      const started = new CommandUnderTest([command, '--no-seal', '--password-file', passwordFile, ...rest], home)
      commands.push(started)
      return started
    }
    try {
      for (const name of ['ann', 'bob']) await server.addAccount(name, password)
      const path = join(annHome, 'big.bin')
      const hash = await writeLargeFile(path, size)
      const bob = run(bobHome, 'chat', '--plain', '--downloads', bobHome, `parley://bob@127.0.0.1:${receiving.port}`)
      await bob.says(/you are bob over parley/)
      const began = performance.now()
      const ann = run(annHome, 'send', '--to', 'bob', `parley://ann@127.0.0.1:${sending.port}`, path)
      await bob.says(/ann offers the file big\.bin of .*; \/accept 1/)
      bob.type('/accept')
      assert.equal(await ann.ended(), 0, ann.complaints)
      const [, received = ''] = await bob.says(/big\.bin from ann is (\S+) \(/)
      const seconds = (performance.now() - began) / 1_000
      bob.type('/quit')
      assert.equal(await bob.ended(), 0, bob.complaints)

      assert.equal(cuts, cutsOfSender.length + cutsOfReceiver.length)
      assert.equal(await hashOf(received), hash)
      assert.deepEqual(await readdir(join(bobHome, 'bob')), ['big.bin'])
      // It went on, and did not begin again.
      assert.ok(sending.sent < 1.5 * size, `${sending.sent} bytes were sent`)
      assert.ok(receiving.received < 1.5 * size, `${receiving.received} bytes were received`)
      assertMemory(context, `for ${size / mebibyte} MiB in ${seconds.toFixed(1)} s with ${cuts} cuts`, [
        ['the server', mostResident(server.process.pid), mostOfServer],
        ['the sender', ann.mostResident, mostOfClient],
        ['the receiver', bob.mostResident, mostOfClient],
      ])
    } finally {
      await Promise.all(commands.map((each) => each.kill()))
      await Promise.all([sending.close(), receiving.close()])
      await server.stop()
    }
  },
)
