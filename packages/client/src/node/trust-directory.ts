import { randomUUID } from 'node:crypto'
import { appendFile, chmod, link, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ChatError } from '../chat-error.ts'
import { newIdentity } from '../sealing/identity.ts'
import type { Identity } from '../sealing/profile.ts'
import type { BackupContents, Pin } from '../sealing/recovery.ts'
import { otherIdentity, type ReceivedMark, type TrustStore } from '../sealing/trust.ts'
import { codeOf, inWords, membersOf, textOf, versionOf } from './key-files.ts'
import { makeDirectory } from './make-directory.ts'
import { MarkFile } from './mark-file.ts'

/** `$XDG_CONFIG_HOME/parley`, else `~/.config/parley`. */
export function defaultTrustDirectory(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const configuration = variables['XDG_CONFIG_HOME']
  return join(configuration ? configuration : join(homedir(), '.config'), 'parley')
}

/**
 * Files that are readable by their owner alone. `identity.json` holds the keys. `known-keys.jsonl`
 * has a line for every key that was seen first or accepted, of which the last one of a user of a
 * server counts. `received-sessions.jsonl` has one for every sealed message that proved its sender, of
 * which the last one of a session counts, and is written anew without old ones when it is long.
 * `recovery-phrase` opens the backup of all that, which is kept up to date by it. Several
 * programs may use it at once. Rejects with a ChatError of code `usage` that names the file.
 */
export class TrustDirectory implements TrustStore {
  readonly #directory: string
  readonly #identityFile: string
  readonly #pinsFile: string
  readonly #phraseFile: string
  readonly #marks: MarkFile
  #identity: Promise<Identity> | undefined
  /** The pins as they were read last, and what the file was like before that. */
  #read: { readonly version: string | null; readonly latest: ReadonlyMap<string, Pin> } | undefined

  constructor(directory: string = defaultTrustDirectory()) {
    this.#directory = directory
    this.#identityFile = join(directory, 'identity.json')
    this.#pinsFile = join(directory, 'known-keys.jsonl')
    this.#phraseFile = join(directory, 'recovery-phrase')
    this.#marks = new MarkFile(directory)
  }

  async hasIdentity(): Promise<boolean> {
    return (await this.#storedIdentity()) !== null
  }

  identity(): Promise<Identity> {
    if (!this.#identity) {
      this.#identity = this.#loadIdentity()
      this.#identity.catch(() => (this.#identity = undefined))
    }
    return this.#identity
  }

  async pinned(server: string, user: string): Promise<string | null> {
    return (await this.#latestPins()).get(`${server} ${user.toLowerCase()}`)?.key ?? null
  }

  async pin(server: string, user: string, key: string): Promise<void> {
    const line = JSON.stringify({ server, user: user.toLowerCase(), key } satisfies Pin)
    await inWords(this.#directory, makeDirectory(this.#directory))
    // Appended in one piece: what another program adds at the same time is not lost, as it would be
    // with a file that is written anew.
    await inWords(this.#pinsFile, appendFile(this.#pinsFile, `${line}\n`, { mode: 0o600 }))
  }

  async contents(): Promise<BackupContents> {
    return { identity: await this.identity(), pins: [...(await this.#latestPins()).values()] }
  }

  async restore({ identity, pins }: BackupContents): Promise<void> {
    const stored = (await this.#storedIdentity()) ?? (await this.#store(identity))
    if (stored.publicKey !== identity.publicKey) throw otherIdentity(this.#identityFile)
    this.#identity = undefined
    for (const { server, user, key } of pins) await this.pin(server, user, key)
  }

  async phrase(): Promise<string | null> {
    const text = await inWords(this.#phraseFile, textOf(this.#phraseFile))
    return text?.trim() || null
  }

  async keepPhrase(phrase: string | null): Promise<void> {
    if (phrase === null) return inWords(this.#phraseFile, rm(this.#phraseFile, { force: true }))
    const fresh = `${this.#phraseFile}.${randomUUID()}`
    await inWords(this.#directory, makeDirectory(this.#directory))
    await inWords(fresh, writeFile(fresh, `${phrase}\n`, { mode: 0o600, flag: 'wx' }))
    await inWords(this.#phraseFile, rename(fresh, this.#phraseFile))
  }

  receivedMarks(): Promise<readonly ReceivedMark[]> {
    return this.#marks.read()
  }

  markReceived(mark: ReceivedMark): Promise<void> {
    return this.#marks.add(mark)
  }

  async #loadIdentity(): Promise<Identity> {
    return (await this.#storedIdentity()) ?? this.#store(await newIdentity())
  }

  async #storedIdentity(): Promise<Identity | null> {
    const text = await inWords(this.#identityFile, textOf(this.#identityFile))
    if (text === null) return null
    // Copied or unpacked by somebody, for example: nobody else may read it, whatever it was.
    await inWords(this.#identityFile, chmod(this.#identityFile, 0o600))
    const { publicKey, privateKey, sealingKey } = membersOf(text)
    if (typeof publicKey === 'string' && typeof privateKey === 'string') {
      return { publicKey, privateKey, ...(typeof sealingKey === 'string' && { sealingKey }) }
    }
    throw new ChatError('usage', `${this.#identityFile} is no key pair; move it away, and a new one is made`)
  }

  /** It is asked for every member of a group: the file is read where it has changed. */
  async #latestPins(): Promise<ReadonlyMap<string, Pin>> {
    const version = await inWords(this.#pinsFile, versionOf(this.#pinsFile))
    if (this.#read?.version === version) return this.#read.latest
    const latest = new Map((await this.#pins()).map((pin) => [`${pin.server} ${pin.user}`, pin]))
    this.#read = { version, latest }
    return latest
  }

  async #pins(): Promise<readonly Pin[]> {
    const text = await inWords(this.#pinsFile, textOf(this.#pinsFile))
    const lines = text?.split('\n') ?? []
    return lines.flatMap((line, index) => (line === '' ? [] : [this.#pinIn(line, index + 1)]))
  }

  /** Unless there is one: that is then the identity. */
  async #store(identity: Identity): Promise<Identity> {
    const fresh = `${this.#identityFile}.${randomUUID()}`
    await inWords(this.#directory, makeDirectory(this.#directory))
    try {
      await inWords(fresh, writeFile(fresh, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600, flag: 'wx' }))
      // Of programs that start together the first one's is there at once and whole, and the others
      // take it.
      const isFirst = await inWords(this.#identityFile, linked(fresh, this.#identityFile))
      return isFirst ? identity : ((await this.#storedIdentity()) ?? identity)
    } finally {
      await rm(fresh, { force: true })
    }
  }

  #pinIn(line: string, number: number): Pin {
    const { server, user, key } = membersOf(line)
    if (typeof server === 'string' && typeof user === 'string' && typeof key === 'string') return { server, user, key }
    throw new ChatError('usage', `line ${number} of ${this.#pinsFile} is no known key; remove that line`)
  }
}

/** false: there is a file of that name. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}
