import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { nothingRemembered } from '../memory.ts'
import { MemoryFile } from './memory-file.ts'

const unsent = { of: '*', text: 'hi', nonce: 'n', at: 1, isTried: true } as const

it('remembers from one program to the next, for its owner alone', async (t) => {
  const place = await emptyPlace(t)
  const memory = new MemoryFile(place)
  assert.deepEqual(await memory.load(), nothingRemembered)
  memory.save({ cursor: 5, token: 'secret' })
  memory.save({ cursor: 6, unsent: [unsent] })
  assert.equal((await memory.load()).cursor, 6)
  await memory.flush()
  memory.save({ drafts: { all: 'half a' } })
  await memory.flush()
  const again = await new MemoryFile({ ...place, name: 'ANN' }).load()
  assert.deepEqual(again, { cursor: 6, token: 'secret', drafts: { all: 'half a' }, unsent: [unsent] })
  const [file, ...others] = await readdir(place.directory)
  assert.deepEqual(others, [])
  assert.equal((await stat(join(place.directory, file!))).mode & 0o777, 0o600)
  assert.deepEqual(await new MemoryFile({ ...place, name: 'bob' }).load(), nothingRemembered)
})

it('takes of a damaged file what can be used', async (t) => {
  const place = await emptyPlace(t)
  const memory = new MemoryFile(place)
  memory.save({ cursor: 1 })
  await memory.flush()
  const [file = ''] = await readdir(place.directory)
  for (const [text, remembered] of [
    ['{"cursor":', nothingRemembered],
    ['7', nothingRemembered],
    ['{"cursor":-1,"token":7,"drafts":[],"unsent":{}}', nothingRemembered],
    [
      JSON.stringify({ cursor: 3, drafts: { a: 'x', b: 1 }, unsent: [unsent, { ...unsent, at: 'x' }, null] }),
      { cursor: 3, token: null, drafts: { a: 'x' }, unsent: [unsent] },
    ],
  ] as const) {
    await writeFile(join(place.directory, file), text)
    assert.deepEqual(await new MemoryFile(place).load(), remembered)
  }
})

it('says once that it cannot be written, and goes on', async (t) => {
  const place = await emptyPlace(t)
  await writeFile(join(place.directory, 'file'), '')
  const failures: unknown[] = []
  const memory = new MemoryFile({ ...place, directory: join(place.directory, 'file') }, (error) => failures.push(error))
  for (const cursor of [1, 2]) {
    memory.save({ cursor })
    await memory.flush()
  }
  assert.equal(failures.length, 1)
  assert.equal((await memory.load()).cursor, 2)
})

async function emptyPlace(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-memory-'))
  t.after(() => rm(directory, { recursive: true }))
  return { directory, server: 'localhost:7070', name: 'ann' }
}
