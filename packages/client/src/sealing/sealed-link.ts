import { encodeText } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import { Queue } from '../kit/queue.ts'
import type { Link } from '../link.ts'
import { aesKey, bigEndian, bound, derived, isSame, joined, numberIn, type AesKey } from './binding.ts'
import { keyBytes, openFrom, sealedOverhead, sealFor, type Bytes } from './hpke.ts'
import { carriedKey } from './key-carrier.ts'
import type { Writer } from './parley-2.ts'
import { openChunk, PieceReader, sealChunk, tagBytes } from './stream.ts'

const magic = encodeText('parley-2 link\n')
const nonceBytes = 32
const secretBytes = 32
/** Of a public key as it is published. */
const longestKey = 8_192
/** Bytes of one record, without its tag. */
const recordBytes = 16_384

export interface LinkEnds {
  readonly me: Writer
  /** As it is published. */
  readonly publicKey: string
  readonly peer: string
  /** The one who asked for the tunnel. */
  readonly isAsker: boolean
  /** Rejects with a ChatError where that key is not the one that is known of the peer. */
  trust(publicKey: string): Promise<void>
}

/**
 * Seals a tunnel, where both ends do it: each shows its key and a fresh number, and then gives the
 * other a secret that only the holder of its key can have sealed. Rejects with a ChatError, and
 * destroys the link, when the other end is not whom it should be, or does not seal.
 */
export async function sealLink(link: Link, ends: LinkEnds): Promise<Link> {
  const reader = new PieceReader(piecesOf(link))
  try {
    return await agreed(link, reader, ends)
  } catch (error) {
    link.destroy()
    throw error
  }
}

async function agreed(
  link: Link,
  reader: PieceReader,
  { me, publicKey, peer, isAsker, trust }: LinkEnds,
): Promise<Link> {
  const key = encodeText(publicKey)
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const hello = joined([magic, nonce, bigEndian(key.length, 2), key])
  await link.write(hello)
  const theirs = await helloIn(reader, peer)
  await trust(theirs.publicKey)
  const carried = carriedKey(theirs.publicKey)
  if (!carried) throw new ChatError('sealing-failed', `the key of ${peer} is none of parley-2`)
  const hellos = isAsker ? [hello, theirs.hello] : [theirs.hello, hello]
  const transcript = new Uint8Array(await crypto.subtle.digest('SHA-256', joined(hellos)))
  const infoOf = (from: string, to: string) => bound('parley-2 link', from.toLowerCase(), to.toLowerCase(), transcript)
  const secret = crypto.getRandomValues(new Uint8Array(secretBytes))
  const sealed = await sealFor(carried, me.keys, { info: infoOf(me.name, peer) }, secret)
  if (!sealed) throw new ChatError('sealing-failed', `nothing can be sealed for the key of ${peer}`)
  await link.write(sealed)
  const part = await reader.take(secretBytes + sealedOverhead)
  const given = await openFrom(carried, me.keys, { info: infoOf(peer, me.name) }, part)
  if (!given) throw new ChatError('sealing-failed', `whoever is at the other end of the tunnel is not ${peer}`)
  return new SealedLink(link, reader, await recordKey(secret, transcript), await recordKey(given, transcript))
}

async function helloIn(reader: PieceReader, peer: string): Promise<{ publicKey: string; hello: Bytes }> {
  const head = await reader.take(magic.length + nonceBytes + 2)
  const length = numberIn(head.subarray(-2))
  if (!isSame(head.subarray(0, magic.length), magic) || length > longestKey) {
    throw new ChatError('sealing-failed', `${peer} does not seal this tunnel; both sides have to ask for it`)
  }
  const key = await reader.take(length)
  return { publicKey: new TextDecoder().decode(key), hello: joined([head, key]) }
}

async function recordKey(secret: Bytes, transcript: Bytes): Promise<AesKey> {
  return aesKey(await derived(secret, bound('parley-2 link key', transcript), keyBytes))
}

async function* piecesOf(link: Link): AsyncGenerator<Uint8Array> {
  for (let piece = await link.read(); piece; piece = await link.read()) yield piece
}

/** Records: their length in two bytes, then a chunk of a stream. The last one is empty. */
class SealedLink implements Link {
  readonly #link: Link
  readonly #reader: PieceReader
  readonly #writing: AesKey
  readonly #reading: AesKey
  readonly #writes = new Queue()
  #written = 0
  #read = 0
  #isBroken = false
  #hasEnded = false

  constructor(link: Link, reader: PieceReader, writing: AesKey, reading: AesKey) {
    this.#link = link
    this.#reader = reader
    this.#writing = writing
    this.#reading = reading
  }

  get lost(): boolean {
    return this.#link.lost || this.#isBroken
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#hasEnded || this.#isBroken) return null
    const head = await this.#reader.take(2)
    const length = numberIn(head)
    const isWhole = head.length === 2 && length >= tagBytes && length <= recordBytes + tagBytes
    const record = isWhole ? await this.#reader.take(length) : head
    const isLast = length === tagBytes
    const opened = isWhole ? await openChunk(this.#reading, this.#read++, isLast, record) : null
    // Cut off or changed: it ends here, and is not an end that the other side made.
    if (!opened) return this.#break()
    this.#hasEnded = isLast
    return isLast ? null : opened
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return this.#writes.run(async () => {
      let isThere = true
      for (let at = 0; at < bytes.length && isThere; at += recordBytes) {
        isThere = await this.#put(Uint8Array.from(bytes.subarray(at, at + recordBytes)))
      }
      return isThere
    })
  }

  flushed(): Promise<boolean> {
    return this.#writes.run(() => this.#link.flushed())
  }

  end(): void {
    void this.#writes
      .run(() => this.#put(new Uint8Array(0)))
      .catch(() => {})
      .then(() => this.#link.end())
  }

  destroy(): void {
    this.#link.destroy()
  }

  async #put(bytes: Bytes): Promise<boolean> {
    const sealed = await sealChunk(this.#writing, this.#written++, bytes.length === 0, bytes)
    return this.#link.write(joined([bigEndian(sealed.length, 2), sealed]))
  }

  #break(): null {
    this.#isBroken = true
    this.#link.destroy()
    return null
  }
}
