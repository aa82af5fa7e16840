import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { Spool, SpoolFile } from '../src/ports/spool.ts'

const quota = 1_000

/** The promises of the spool port. */
export function spoolSuite(name: string, open: (quota: number, t: TestContext) => Promise<Spool>): void {
  suite(`${name} keeps the promises of a spool`, () => {
    test('what was appended is read back, from any position, up to an end', async (t) => {
      const file = await created(await open(quota, t))
      for (const bytes of [[1, 2, 3], [4], [5, 6]]) assert.ok((await file.append(Uint8Array.from(bytes))).ok)
      assert.deepEqual(await readAll(file, 0), [1, 2, 3, 4, 5, 6])
      assert.deepEqual(await readAll(file, 4), [5, 6])
      assert.deepEqual(await readAll(file, 6), [])
      await file.delete()
    })

    test('appends that are not waited for keep their order, and the bytes are the caller’s again', async (t) => {
      const file = await created(await open(quota, t))
      const bytes = Uint8Array.of(1)
      const appended = [1, 2, 3, 4, 5].map((byte) => file.append(Uint8Array.of(byte)))
      await Promise.all(appended)
      await file.append(bytes)
      bytes[0] = 9
      assert.deepEqual(await readAll(file, 0), [1, 2, 3, 4, 5, 1])
      await file.delete()
    })

    test('two files do not mix', async (t) => {
      const spool = await open(quota, t)
      const [one, other] = [await created(spool), await created(spool)]
      await one.append(Uint8Array.of(1))
      await other.append(Uint8Array.of(2, 2))
      assert.deepEqual([await readAll(one, 0), await readAll(other, 0)], [[1], [2, 2]])
      assert.equal(spool.size, 3)
      await Promise.all([one.delete(), other.delete()])
    })

    test('all files together hold no more than the quota, and a deleted one makes room', async (t) => {
      const spool = await open(quota, t)
      const [one, other] = [await created(spool), await created(spool)]
      assert.ok((await one.append(new Uint8Array(quota - 1))).ok)
      assert.deepEqual(await other.append(new Uint8Array(2)), { ok: false, fail: 'spool-full' })
      await one.delete()
      const third = await created(spool)
      assert.ok((await third.append(new Uint8Array(quota))).ok)
      await Promise.all([other.delete(), third.delete()])
      assert.equal(spool.size, 0)
    })

    test('a deleted file takes and gives nothing more, and may be deleted again', async (t) => {
      const spool = await open(quota, t)
      const file = await created(spool)
      await file.append(Uint8Array.of(1))
      await file.delete()
      await file.delete()
      assert.equal((await file.append(Uint8Array.of(2))).ok, false)
      assert.equal((await file.read(0)).ok, false)
      assert.equal(spool.size, 0)
    })
  })
}

async function created(spool: Spool): Promise<SpoolFile> {
  const file = await spool.create()
  assert.ok(file.ok)
  return file.value
}

async function readAll(file: SpoolFile, from: number): Promise<readonly number[]> {
  const all: number[] = []
  for (;;) {
    const read = await file.read(from + all.length)
    assert.ok(read.ok)
    if (read.value.length === 0) return all
    all.push(...read.value)
  }
}
