import { fail, ok, type Result } from '@parley/core'
import { ChatError, type FileOffer, type IncomingFile } from '@parley/client'
import { makeDirectory } from '@parley/client/node'
import { randomBytes } from 'node:crypto'
import { link, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { numbered, safeFileName } from './file-names.ts'

/** `too-large`: past the limit, said before or found out. `corrupted`: what came is not what was sent. `cancelled`: here. */
export type ReceiveFailure = 'too-large' | 'corrupted' | 'directory' | 'disk' | 'too-many' | 'cancelled'

export interface Received {
  readonly path: string
  readonly size: number
}

/** An unfinished file to which nothing was written for so long belongs to a program that was killed. */
const abandonedMs = 600_000
const partName = /^\.[0-9a-f]{16}\.part$/
/** A thousand files of one name are enough. */
const mostNumbered = 1_000

/** `$XDG_DOWNLOAD_DIR`, else `~/Downloads`. */
export function defaultDownloads(variables: Readonly<Record<string, string | undefined>>): string {
  const chosen = variables['XDG_DOWNLOAD_DIR'] ?? ''
  return isAbsolute(chosen) ? chosen : join(variables['HOME'] || homedir(), 'Downloads')
}

/** Files from others, in a directory named by the user's login (helo.txt 7.11). */
export class ReceivedFiles {
  readonly #directory: string
  readonly #mostBytes: number

  constructor({ directory, mostBytes }: { readonly directory: string; readonly mostBytes: number }) {
    this.#directory = directory
    this.#mostBytes = mostBytes
  }

  /**
   * Accepts and keeps a file. Its name appears when all of it is there and was checked, and never in place of another file; of one that failed nothing is
   * left, and nothing of those that a killed program left unfinished: no protocol can go on with one. What the sender or the server did rejects with a
   * ChatError. Aborting cancels it.
   */
  async receive(
    offer: FileOffer,
    me: string,
    progress: (bytes: number) => void = () => {},
    signal: AbortSignal = never,
  ): Promise<Result<Received, ReceiveFailure>> {
    if (offer.size !== null && offer.size > this.#mostBytes) {
      await offer.decline()
      return fail('too-large')
    }
    const directory = join(this.#directory, safeFileName(me))
    const part = join(directory, `.${randomBytes(8).toString('hex')}.part`)
    let handle: FileHandle
    try {
      await makeDirectory(directory)
      await removeAbandoned(directory)
      handle = await open(part, 'wx', 0o600)
    } catch {
      await offer.decline()
      return fail('directory')
    }
    try {
      const file = await untilAborted(offer.accept(), signal)
      if (!file) return fail('cancelled')
      const size = await this.#write(handle, file, progress, signal)
      if (signal.aborted) return fail('cancelled')
      if (size === null) return fail('too-large')
      await handle.sync()
      if (!(await file.verify())) return fail('corrupted')
      const path = await place(part, directory, safeFileName(offer.name))
      return path === null ? fail('too-many') : ok({ path, size })
    } catch (error) {
      if (error instanceof ChatError || !isSystemError(error)) throw error
      return fail('disk')
    } finally {
      await handle.close()
      await rm(part, { force: true })
    }
  }

  /** Returns how many bytes came; null: more than may come, or it was cancelled. */
  async #write(
    handle: FileHandle,
    { bytes }: IncomingFile,
    progress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<number | null> {
    let size = 0
    for await (const chunk of untilStopped(bytes, signal)) {
      size += chunk.length
      if (size > this.#mostBytes) return null
      for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten
      progress(size)
    }
    return size
  }
}

const never = new AbortController().signal

/** null: aborted first. What comes after that is let go. */
async function untilAborted(accepted: Promise<IncomingFile>, signal: AbortSignal): Promise<IncomingFile | null> {
  const file = await unlessAborted(accepted, signal)
  if (file) return file
  void accepted.then(({ bytes }) => bytes[Symbol.asyncIterator]().return?.()).catch(() => {})
  return null
}

/** Ends when it is aborted, also while nothing comes. */
async function* untilStopped(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]()
  let isOver = false
  try {
    for (;;) {
      const next = await unlessAborted(iterator.next(), signal)
      if (!next) return
      isOver = next.done ?? false
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: it may stand behind a chunk that never comes.
    if (!isOver) void iterator.return?.().then(undefined, () => {})
  }
}

/** null: aborted first. Nothing of it is left behind: a race with one promise would keep all that came. */
function unlessAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(null)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    const over = () => signal.removeEventListener('abort', abort)
    pending.then(resolve, reject).finally(over)
  })
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter((each) => partName.test(each))) {
    const path = join(directory, name)
    const found = await stat(path).catch(() => null)
    if (found && Date.now() - found.mtimeMs > abandonedMs) await rm(path, { force: true })
  }
}

/** Gives the finished file the first name that is free. */
async function place(part: string, directory: string, name: string): Promise<string | null> {
  for (let number = 0; number < mostNumbered; number++) {
    const path = join(directory, numbered(name, number))
    try {
      await named(part, path)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return null
}

/** A second name never replaces a file, and there is no moment with half of one. Rejects with EEXIST where the name is taken. */
async function named(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    await replaced(part, path)
  }
}

/** Where a file has one name only, as on FAT: an empty file holds the name until the finished one replaces it. */
async function replaced(part: string, path: string): Promise<void> {
  await (await open(path, 'wx', 0o600)).close()
  try {
    await rename(part, path)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

export const receiveFailures = {
  'too-large': 'it is larger than --max-file allows',
  corrupted: 'what came is not what was sent; ask them to send it again',
  directory: 'the directory for downloads cannot be written to; choose another with --downloads',
  disk: 'it cannot be written; is the disk full?',
  cancelled: 'it was cancelled',
  'too-many': 'there are too many files of that name already; move them away',
} satisfies Record<ReceiveFailure, string>
