import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** What browsers are told that a file is. Nothing else is served. */
const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}
/** In the order in which they are preferred: how a browser calls them, and how the build ends their names. */
const codings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const
/** As bundlers name what never changes: `main-0A1B2C3D.js`. */
const hashed = /-[A-Z0-9]{8}\.[a-z0-9]+$/
const index = '/index.html'

/** One file as it is sent. */
export interface PageFile {
  readonly bytes: Buffer
  readonly type: string
  /** How the bytes are compressed; null: they are not. */
  readonly coding: string | null
  /** Whether what this path has never changes. */
  readonly isImmutable: boolean
  /** Of these very bytes. */
  readonly etag: string
}

/**
 * The built page, from the files of a directory. Nothing is looked at before the first request; what was read
 * stays in memory. A path is one of those that were listed or nothing, so none leads elsewhere.
 */
export class PageFiles {
  readonly #directory: string | null
  /** Paths such as `/index.html`; undefined: not looked at yet. */
  #listed: ReadonlySet<string> | undefined
  readonly #read = new Map<string, Promise<PageFile>>()

  /** `directory` null: this server has no page. */
  constructor(directory: string | null) {
    this.#directory = directory
  }

  /** There is to be a page, and nobody has built it. */
  get isMissing(): boolean {
    return this.#directory !== null && !this.#paths().has(index)
  }

  has(path: string): boolean {
    return this.#pathOf(path) !== undefined
  }

  /** `accepted`: the header `Accept-Encoding`. null: there is no such file. */
  async find(path: string, accepted: string): Promise<PageFile | null> {
    const file = this.#pathOf(path)
    if (file === undefined) return null
    const coding = codings.find(({ name, ending }) => this.#paths().has(file + ending) && accepts(accepted, name))
    const stored = file + (coding?.ending ?? '')
    const known = this.#read.get(stored)
    if (known) return known
    const reading = this.#readFile(file, stored, coding?.name ?? null)
    this.#read.set(stored, reading)
    try {
      return await reading
    } catch {
      // It is there no more, or cannot be read: the build has changed under the server.
      this.#read.clear()
      this.#listed = undefined
      return null
    }
  }

  async #readFile(file: string, stored: string, coding: string | null): Promise<PageFile> {
    const bytes = await readFile(join(this.#directory!, stored))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    return { bytes, type: types[extname(file)]!, coding, isImmutable: hashed.test(file), etag }
  }

  #pathOf(path: string): string | undefined {
    const file = path === '/' ? index : path
    return types[extname(file)] !== undefined && this.#paths().has(file) ? file : undefined
  }

  /** Looked at anew until there is a page. */
  #paths(): ReadonlySet<string> {
    if (this.#listed) return this.#listed
    const paths = this.#directory === null ? new Set<string>() : list(this.#directory)
    if (paths.has(index)) this.#listed = paths
    return paths
  }
}

function list(directory: string): ReadonlySet<string> {
  try {
    const found = readdirSync(directory, { withFileTypes: true }).filter((each) => each.isFile())
    return new Set(found.map(({ name }) => `/${name}`))
  } catch {
    return new Set()
  }
}

/** Whether a header `Accept-Encoding` names a coding, and does not refuse it with `q=0`. */
function accepts(header: string, coding: string): boolean {
  return header.split(',').some((each) => {
    const [name, ...parameters] = each.split(';').map((part) => part.trim().toLowerCase())
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}
