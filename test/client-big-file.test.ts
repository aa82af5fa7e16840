import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { CommandUnderTest, mostResident } from './command-under-test.ts'
import { restartableServer } from './restartable-server.ts'

const mebibyte = 1_048_576
const isBig = process.env['PARLEY_BIG'] === '1'
/** `PARLEY_BIG=1` moves as much as one file may have by default, with room for its envelope. */
const size = (isBig ? 1_023 : 32) * mebibyte
const mostOfServer = 150 * mebibyte
const mostOfClient = 200 * mebibyte
const timeout = isBig ? 300_000 : 60_000

for (const [how, ...options] of [['not sealed', '--no-seal'], ['sealed']] as const) {
  it(
    `parley send on helo brings a large file, ${how}, to parley chat on json unchanged, in bounded memory of all three`,
    { timeout },
    async (context) => {
      const directory = await mkdtemp(join(tmpdir(), 'parley-big-file-'))
      const [annHome, bobHome] = [join(directory, 'ann'), join(directory, 'bob')]
      for (const home of [annHome, bobHome]) await mkdir(home)
      const server = await restartableServer({
        listen: ['helo://127.0.0.1:0', 'json://127.0.0.1:0'],
        settings: { ...defaultSettings, log: { level: 'silent', file: null } },
      })
      const commands: CommandUnderTest[] = []
      const run = (home: string, ...words: readonly string[]) => {
        const started = new CommandUnderTest(words, home)
        commands.push(started)
        return started
      }
      try {
        const path = join(annHome, 'big.bin')
        const hash = await writeBigFile(path)
        const files = ['--downloads', bobHome, '--file-port', String(server.port('json-files'))]
        const bob = run(bobHome, 'chat', '--plain', ...options, ...files, `json://bob@127.0.0.1:${server.port('json')}`)
        await bob.says(/you are bob over json/)
        const began = performance.now()
        const ann = run(annHome, 'send', ...options, '--to', 'bob', `helo://ann@127.0.0.1:${server.port('helo')}`, path)
        await bob.says(new RegExp(`ann offers the file big\\.bin of .*, ${how}; /accept 1`))
        bob.type('/accept')
        assert.equal(await ann.ended(), 0, ann.complaints)
        const [, received = ''] = await bob.says(/big\.bin from ann is (\S+) \(/)
        const seconds = (performance.now() - began) / 1_000
        bob.type('/quit')
        assert.equal(await bob.ended(), 0, bob.complaints)

        assert.equal(received, join(bobHome, 'bob', 'big.bin'))
        assert.equal(await hashOf(received), hash)
        assert.deepEqual(await readdir(join(bobHome, 'bob')), ['big.bin'])
        const taken = [
          ['the server', mostResident(server.process.pid), mostOfServer],
          ['the sender', ann.mostResident, mostOfClient],
          ['the receiver', bob.mostResident, mostOfClient],
        ] as const
        const told = taken.map(([who, bytes]) => `${who} took ${Math.round(bytes / mebibyte)} MiB`).join(', ')
        context.diagnostic(`${told} for ${size / mebibyte} MiB in ${seconds.toFixed(1)} s`)
        for (const [, bytes, most] of taken) assert.ok(bytes < most, told)
      } finally {
        await Promise.all(commands.map((each) => each.kill()))
        await server.stop()
        await rm(directory, { recursive: true })
      }
    },
  )
}

/** No two chunks alike. Answers the hash of all. */
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
