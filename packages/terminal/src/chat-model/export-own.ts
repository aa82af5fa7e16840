import { ChatError, type Chat, type PastMessage } from '@parley/client'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { pathOf } from '../file-source.ts'

/**
 * Writes all that this user may export into a new file for this user alone, a JSON object a line.
 * Resolves with how many messages there are. Rejects with a ChatError: `usage` where the file cannot be
 * written, or is there already.
 */
export async function exportOwn(chat: Chat, path: string): Promise<number> {
  const file = pathOf(path)
  const output = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  const over = finished(output)
  // It is looked at below, also where it comes while the server is asked.
  over.catch(() => {})
  let count = 0
  try {
    for await (const message of chat.history.export()) {
      if (output.errored) break
      count++
      if (!output.write(`${JSON.stringify(rowOf(message))}\n`)) await Promise.race([once(output, 'drain'), over])
    }
  } finally {
    output.end()
  }
  try {
    await over
  } catch (error) {
    throw new ChatError('usage', `${path}: ${whyNot(error)}`)
  }
  return count
}

function rowOf({ of, from, stamp, body }: PastMessage): object {
  const { seq, at } = stamp
  const head = { seq, at: new Date(at).toISOString(), of, from }
  switch (body.kind) {
    case 'text':
      return { ...head, text: body.text, secrecy: body.secrecy }
    case 'unreadable':
      return { ...head, unreadable: body.reason }
    case 'deleted':
      return { ...head, deleted: true }
    case 'deletion':
      return { ...head, deletes: body.target }
  }
}

const reasons: { readonly [code: string]: string } = {
  EEXIST: 'there is such a file already; name another one',
  ENOENT: 'there is no such directory',
  EACCES: 'it may not be written there',
  EISDIR: 'it is a directory',
  ENOSPC: 'the disk is full',
}

function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return reasons[code] ?? `it cannot be written: ${code}`
}
