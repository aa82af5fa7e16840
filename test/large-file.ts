import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export const mebibyte = 1_048_576
/** `PARLEY_BIG=1` moves as much as one file may have by default. */
export const isBig = process.env['PARLEY_BIG'] === '1'

/** A directory for each of two users, which go away with the test. */
export async function twoHomes(t: TestContext): Promise<{ readonly annHome: string; readonly bobHome: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-large-file-'))
  t.after(() => rm(directory, { recursive: true }))
  const [annHome, bobHome] = [join(directory, 'ann'), join(directory, 'bob')]
  for (const home of [annHome, bobHome]) await mkdir(home)
  return { annHome, bobHome }
}

/** No two chunks alike. Returns the hash of all. */
export async function writeLargeFile(path: string, size: number): Promise<string> {
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

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** `taken`: bytes of memory at most, and what they must stay below. `how` ends the line that tells of them. */
export function assertMemory(
  t: TestContext,
  how: string,
  taken: readonly (readonly [who: string, bytes: number, below: number])[],
): void {
  const told = taken.map(([who, bytes]) => `${who} took ${Math.round(bytes / mebibyte)} MiB`).join(', ')
  t.diagnostic(`${told} ${how}`)
  for (const [, bytes, below] of taken) assert.ok(bytes < below, told)
}
