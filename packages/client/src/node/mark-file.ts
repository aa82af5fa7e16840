import { randomUUID } from 'node:crypto'
import { appendFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { staleMs } from '../sealing/session-memory.ts'
import type { ReceivedMark } from '../sealing/trust.ts'
import { inWords, membersOf, textOf } from './key-files.ts'
import { makeDirectory } from './make-directory.ts'

/** From then on it is written anew, with what still counts. */
const longBytes = 1_048_576

/**
 * `received-sessions.jsonl`: how far the sessions of others came. A line that is broken is passed
 * over, because a program may have been killed while it wrote it; the one before it counts.
 */
export class MarkFile {
  readonly #directory: string
  readonly #file: string

  constructor(directory: string) {
    this.#directory = directory
    this.#file = join(directory, 'received-sessions.jsonl')
  }

  async read(): Promise<readonly ReceivedMark[]> {
    const text = await inWords(this.#file, textOf(this.#file))
    const marks = new Map<string, ReceivedMark>()
    for (const line of text?.split('\n') ?? []) {
      const mark = markIn(line)
      if (mark && mark.next >= (marks.get(mark.id)?.next ?? 0)) marks.set(mark.id, mark)
    }
    const recent = [...marks.values()].filter(({ madeAt }) => madeAt >= Date.now() - staleMs)
    if ((text?.length ?? 0) > longBytes) await this.#rewrite(recent)
    return recent
  }

  async add(mark: ReceivedMark): Promise<void> {
    await inWords(this.#directory, makeDirectory(this.#directory))
    await inWords(this.#file, appendFile(this.#file, `${JSON.stringify(mark)}\n`, { mode: 0o600 }))
  }

  async #rewrite(marks: readonly ReceivedMark[]): Promise<void> {
    const fresh = `${this.#file}.${randomUUID()}`
    const lines = marks.map((mark) => `${JSON.stringify(mark)}\n`).join('')
    const before = (await stat(this.#file)).size
    await inWords(fresh, writeFile(fresh, lines, { mode: 0o600 }))
    // What another program added meanwhile is kept; then the next start writes it anew.
    const isSame = (await stat(this.#file)).size === before
    await inWords(this.#file, isSame ? rename(fresh, this.#file) : rm(fresh))
  }
}

function markIn(line: string): ReceivedMark | null {
  const { id, sender, madeAt, next, missing } = membersOf(line)
  const isMark = typeof id === 'string' && typeof sender === 'string' && isCount(madeAt) && isCount(next)
  return isMark && Array.isArray(missing) && missing.every(isCount) ? { id, sender, madeAt, next, missing } : null
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
