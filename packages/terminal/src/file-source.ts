import { ChatError, type FileSource } from '@parley/client'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

/** A path as somebody types it: `~/` is the home directory. */
export function pathOf(typed: string): string {
  return typed.startsWith('~/') ? join(homedir(), typed.slice(2)) : typed
}

/** A file of this machine, to send. Rejects with `usage`. */
export async function fileSource(path: string): Promise<FileSource> {
  const file = pathOf(path)
  let found
  try {
    found = await stat(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : String(code)
    throw new ChatError('usage', `${path}: ${why}`)
  }
  if (!found.isFile()) throw new ChatError('usage', `${path} is no file; only files can be sent`)
  return { name: basename(file), size: found.size, bytes: () => readBytes(file, path) }
}

async function* readBytes(file: string, path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(file)
  } catch (error) {
    if (error instanceof ChatError) throw error
    throw new ChatError('aborted', `${path} cannot be read any more`, { cause: error })
  }
}
