import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nothingRemembered, type Memory, type Remembered, type UnsentMessage } from '../memory.ts'
import { makeDirectory } from './make-directory.ts'

/** What is saved meanwhile is written with it. */
const togetherMs = 200

/** What one account on one server is remembered by. */
export interface MemoryPlace {
  readonly directory: string
  /** `host:port` */
  readonly server: string
  readonly name: string
}

/**
 * A memory in a file that its owner alone can read: it holds the token of the device. A file that is
 * damaged or missing is an empty memory. Where it cannot be written, `failed` is told once, and the
 * program goes on with what it remembers.
 */
export class MemoryFile implements Memory {
  readonly #directory: string
  readonly #file: string
  readonly #failed: (error: unknown) => void
  #loading: Promise<Remembered> | null = null
  /** What is to be written over what was loaded. */
  #changed: Partial<Remembered> = {}
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null
  #isBroken = false

  constructor({ directory, server, name }: MemoryPlace, failed: (error: unknown) => void = () => {}) {
    this.#directory = directory
    this.#file = join(directory, `${encodeURIComponent(`${server} ${name.toLowerCase()}`)}.json`)
    this.#failed = failed
  }

  async load(): Promise<Remembered> {
    this.#loading ??= this.#read()
    return { ...(await this.#loading), ...this.#changed }
  }

  save(changed: Partial<Remembered>): void {
    this.#changed = { ...this.#changed, ...changed }
    this.#timer ??= setTimeout(() => void this.#write(), togetherMs)
  }

  async flush(): Promise<void> {
    if (this.#timer) void this.#write()
    await this.#writing
  }

  async #read(): Promise<Remembered> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#file, 'utf8'))
      return rememberedIn(value)
    } catch {
      return nothingRemembered
    }
  }

  #write(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    return (this.#writing = this.#writing.then(() => this.#writeNow()))
  }

  /** Under another name first, so that no crash leaves half of it. */
  async #writeNow(): Promise<void> {
    const temporary = `${this.#file}.${randomUUID()}`
    try {
      const all = await this.load()
      await makeDirectory(this.#directory)
      await writeFile(temporary, JSON.stringify(all), { mode: 0o600 })
      await rename(temporary, this.#file)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {})
      if (!this.#isBroken) this.#failed(error)
      this.#isBroken = true
    }
  }
}

/** What of it can be used. */
function rememberedIn(value: unknown): Remembered {
  if (typeof value !== 'object' || value === null) return nothingRemembered
  const { cursor, token, drafts, unsent } = value as { readonly [member: string]: unknown }
  return {
    cursor: typeof cursor === 'number' && Number.isSafeInteger(cursor) && cursor >= 0 ? cursor : null,
    token: typeof token === 'string' ? token : null,
    drafts: draftsIn(drafts),
    unsent: Array.isArray(unsent) ? unsent.filter(isUnsent) : [],
  }
}

function draftsIn(value: unknown): Remembered['drafts'] {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'))
}

function isUnsent(value: unknown): value is UnsentMessage {
  if (typeof value !== 'object' || value === null) return false
  const { of, text, nonce, at, isTried } = value as { readonly [member: string]: unknown }
  const isText = (each: unknown) => typeof each === 'string' && each !== ''
  return [of, text, nonce].every(isText) && typeof at === 'number' && typeof isTried === 'boolean'
}
