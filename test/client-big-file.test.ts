import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { CommandUnderTest, mostResident } from './command-under-test.ts'
import { assertMemory, hashOf, isBig, mebibyte, twoHomes, writeLargeFile } from './large-file.ts'
import { restartableServer } from './restartable-server.ts'

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
      const { annHome, bobHome } = await twoHomes(context)
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
        const hash = await writeLargeFile(path, size)
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
        assertMemory(context, `for ${size / mebibyte} MiB in ${seconds.toFixed(1)} s`, [
          ['the server', mostResident(server.process.pid), mostOfServer],
          ['the sender', ann.mostResident, mostOfClient],
          ['the receiver', bob.mostResident, mostOfClient],
        ])
      } finally {
        await Promise.all(commands.map((each) => each.kill()))
        await server.stop()
      }
    },
  )
}
