import { fail, ok, type Result } from '@parley/core'
import type { Link } from '@parley/client'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safeFileName } from '../file-names.ts'

/** An answer fits into one receive of the programs in the field, headers included (C-12). */
const mostBytes = 1_024
const mostName = 255
const notFound = 'HTTP/1.0 404 NotFound\r\nContent-Type: unknown\r\nContent-Length: 0\r\n'
const found = /^HTTP\/1\.\d 200 [^\r\n]*\r\n(?:[^\r\n]+\r\n)*?Content-Length: *(\d{1,4})\r\n/i

export type FieldFailure = 'not-found' | 'no-answer'

/** Answers every question on this link with a file of the directory, until the far side ends (C-12). */
export async function answerFieldFiles(link: Link, directory: string): Promise<void> {
  let pending = Buffer.alloc(0)
  for (let chunk = await link.read(); chunk; chunk = await link.read()) {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2) {
      const length = pending.readInt16BE(0)
      if (length < 1 || length > mostName) return link.destroy()
      if (pending.length < 2 + length) break
      const answer = await answerTo(pending.toString('latin1', 2, 2 + length), directory)
      pending = pending.subarray(2 + length)
      if (!(await link.write(answer))) return
    }
  }
  link.end()
}

/** Asks for one file and ends the link. The name is ASCII, of at most 255 bytes. */
export async function askFieldFile(link: Link, name: string): Promise<Result<Uint8Array, FieldFailure>> {
  const question = Buffer.alloc(2 + name.length)
  question.writeInt16BE(name.length, 0)
  question.write(name, 2, 'latin1')
  await link.write(question)
  let heard = Buffer.alloc(0)
  for (let chunk = await link.read(); chunk; chunk = await link.read()) {
    heard = Buffer.concat([heard, chunk])
    const answer = bodyOf(heard)
    if (answer || heard.length > 2 * mostBytes) {
      link.end()
      return answer ?? fail('no-answer')
    }
  }
  link.end()
  return fail('no-answer')
}

/** undefined: it has not all come. There is no blank line in front of the body. */
function bodyOf(heard: Buffer): Result<Uint8Array, FieldFailure> | undefined {
  const text = heard.toString('latin1')
  if (/^HTTP\/1\.\d (?!200)\d{3} [^\r\n]*\r\n/.test(text)) return fail('not-found')
  const [head, digits] = found.exec(text) ?? []
  if (head === undefined) return undefined
  const length = Number(digits)
  return heard.length < head.length + length ? undefined : ok(heard.subarray(head.length, head.length + length))
}

/** Only files right in the directory, by names that mean nothing else, are given away. */
async function answerTo(name: string, directory: string): Promise<Uint8Array> {
  const none = Buffer.from(notFound)
  if (name !== safeFileName(name)) return none
  const path = join(directory, name)
  try {
    // What lstat calls a file is no link to somewhere else.
    const entry = await lstat(path)
    if (!entry.isFile() || entry.size > mostBytes) return none
    const body = await readFile(path)
    const head = `HTTP/1.0 200 OK\r\nContent-Type: text\r\nContent-Length: ${body.length}\r\n`
    return head.length + body.length > mostBytes ? none : Buffer.concat([Buffer.from(head), body])
  } catch {
    return none
  }
}
