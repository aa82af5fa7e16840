import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { CommandUnderTest, mostResident } from './command-under-test.ts'
import { cuttingProxy, type CuttingProxy } from './cutting-proxy.ts'
import { restartableServer } from './restartable-server.ts'

const mebibyte = 1_048_576
const isBig = process.env['PARLEY_BIG'] === '1'
/** `PARLEY_BIG=1` moves as much as one file may have by default. */
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
    const directory = await mkdtemp(join(tmpdir(), 'parley-file-cuts-'))
    const [annHome, bobHome] = [join(directory, 'ann'), join(directory, 'bob')]
    for (const home of [annHome, bobHome]) await mkdir(home)
    const passwordFile = join(directory, 'password')
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
      const hash = await writeBigFile(path)
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
      const taken = [
        ['the server', mostResident(server.process.pid), mostOfServer],
        ['the sender', ann.mostResident, mostOfClient],
        ['the receiver', bob.mostResident, mostOfClient],
      ] as const
      const told = taken.map(([who, bytes]) => `${who} took ${Math.round(bytes / mebibyte)} MiB`).join(', ')
      context.diagnostic(`${told} for ${size / mebibyte} MiB in ${seconds.toFixed(1)} s with ${cuts} cuts`)
      for (const [, bytes, most] of taken) assert.ok(bytes < most, told)
    } finally {
      await Promise.all(commands.map((each) => each.kill()))
      await Promise.all([sending.close(), receiving.close()])
      await server.stop()
      await rm(directory, { recursive: true })
    }
  },
)

/** No two chunks alike. Returns the hash of all. */
async function writeBigFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  const handle = await open(path, 'wx')
  for (let at = 0; at < size; at += mebibyte) {
    const chunk = Buffer.alloc(mebibyte, createHash('sha512').update(String(at)).digest())
    hash.update(chunk)
    await handle.writeFile(chunk)
  }
  await handle.close()
  return hash.digest('hex')
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
