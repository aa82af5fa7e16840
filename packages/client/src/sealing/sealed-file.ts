import { encodeText } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { FileSource } from '../features.ts'
import { aesKey, bigEndian, bound, derived, hexOf, isSame, joined, numberIn, type AesKey } from './binding.ts'
import { keyBytes, openFrom, sealedOverhead, sealFor, type Bytes } from './hpke.ts'
import type { Reader, Session, Writer } from './parley-2.ts'
import {
  chunkBytes,
  chunksOf,
  openChunk,
  PieceReader,
  plainLength,
  sealChunk,
  sealedLength,
  tagBytes,
} from './stream.ts'

/** What is behind the name of a sealed file. */
export const suffix = '.parley2'
const magic = encodeText('parley-2 file\n')
const secretBytes = 32
/** A length in front, and zeros behind. */
const nameBytes = 256
const headBytes = secretBytes + 8 + 8 + nameBytes
/** Bytes in front of the chunks. */
export const headerBytes = magic.length + keyBytes + headBytes + sealedOverhead
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** A file that can be read from any of its bytes on. Of others the bytes before are read and dropped. */
export interface SeekableFile extends FileSource {
  bytesFrom?(at: number): AsyncIterable<Uint8Array>
}

/**
 * Puts a file into an envelope that only `to` can open, and only `from` can have made. It may be read
 * again, also from the middle, as long as the file is the same. null: nothing can be sealed for that key.
 */
export async function sealFile(
  file: SeekableFile,
  from: Writer,
  to: Reader,
  madeAt: number,
): Promise<Required<SeekableFile> | null> {
  const name = encodeText(file.name)
  if (name.length >= nameBytes) throw new ChatError('usage', 'the name of the file is too long to be sealed')
  const secret = crypto.getRandomValues(new Uint8Array(secretBytes))
  const field = new Uint8Array(nameBytes)
  field.set([name.length, ...name])
  const head = joined([secret, bigEndian(file.size, 8), bigEndian(madeAt, 8), field])
  const sealed = await sealFor(to.publicKey, from.keys, { info: infoOf(from.name, to.name) }, head)
  if (!sealed) return null
  const header = joined([magic, from.keys.publicKey, sealed])
  const { key } = await keysOf(secret, from.keys.publicKey, to.publicKey)
  return {
    name: `${file.name}${suffix}`,
    size: headerBytes + sealedLength(file.size),
    isSealed: true,
    bytes: () => sealedBytes(file, header, key, 0),
    bytesFrom: (at) => sealedBytes(file, header, key, at),
  }
}

/** The size of the file in an envelope of this size; null: there is none of this size. */
export function sizeInside(envelope: number): number | null {
  return envelope < headerBytes ? null : plainLength(envelope - headerBytes)
}

export interface OpenedFile {
  readonly name: string
  readonly size: number
  /** By which a copy of it is known. */
  readonly session: Pick<Session, 'id' | 'madeAt' | 'previous'>
  /** Throws a ChatError where anything was changed, left out or added. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Rejects with a ChatError of code `sealing-failed` when `from` did not seal this for `me`. */
export async function openFile(pieces: AsyncIterable<Uint8Array>, from: Reader, me: Writer): Promise<OpenedFile> {
  const reader = new PieceReader(pieces)
  const header = await reader.take(headerBytes)
  const head = await openHead(header, from, me)
  if (!head) {
    await reader.stop()
    throw new ChatError('sealing-failed', `the file was not sealed by ${from.name} for this user`)
  }
  const secret = head.slice(0, secretBytes)
  const size = numberIn(head.subarray(secretBytes, secretBytes + 8))
  const madeAt = numberIn(head.subarray(secretBytes + 8, secretBytes + 16))
  const field = head.subarray(secretBytes + 16)
  const { key, id } = await keysOf(secret, from.publicKey, me.keys.publicKey)
  const name = utf8.decode(field.subarray(1, 1 + field[0]!))
  return { name, size, session: { id, madeAt, previous: null }, bytes: openedBytes(reader, key, size) }
}

async function openHead(header: Bytes, from: Reader, me: Writer): Promise<Bytes | null> {
  const sender = header.subarray(magic.length, magic.length + keyBytes)
  if (!isSame(header.subarray(0, magic.length), magic) || !isSame(sender, from.publicKey)) return null
  const sealed = header.slice(magic.length + keyBytes)
  return openFrom(from.publicKey, me.keys, { info: infoOf(from.name, me.name) }, sealed)
}

async function* sealedBytes(file: SeekableFile, header: Bytes, key: AesKey, from: number): AsyncGenerator<Uint8Array> {
  if (from < headerBytes) yield header.subarray(from)
  const at = Math.max(0, from - headerBytes)
  const first = Math.floor(at / (chunkBytes + tagBytes))
  const reader = new PieceReader(file.bytesFrom?.(first * chunkBytes) ?? file.bytes())
  for (let dropped = file.bytesFrom ? first : 0; dropped < first; dropped++) await reader.take(chunkBytes)
  let skipped = at - first * (chunkBytes + tagBytes)
  const last = chunksOf(file.size) - 1
  for (let index = first; index <= last; index++) {
    const chunk = await reader.take(index === last ? file.size - index * chunkBytes : chunkBytes)
    const sealed = await sealChunk(key, index, index === last, chunk)
    yield sealed.subarray(skipped)
    skipped = 0
  }
  await reader.stop()
}

async function* openedBytes(reader: PieceReader, key: AesKey, size: number): AsyncGenerator<Uint8Array> {
  try {
    const last = chunksOf(size) - 1
    for (let index = 0; index <= last; index++) {
      const length = index === last ? size - index * chunkBytes : chunkBytes
      const sealed = await reader.take(length + tagBytes)
      if (sealed.length < length + tagBytes) throw new ChatError('broken-server', 'the sealed file was cut off')
      const chunk = await openChunk(key, index, index === last, sealed)
      if (!chunk) throw new ChatError('broken-server', 'the sealed file was changed on its way')
      if (chunk.length > 0) yield chunk
    }
    const more = await reader.take(1)
    if (more.length > 0) throw new ChatError('broken-server', 'something was added to the sealed file')
  } finally {
    await reader.stop()
  }
}

async function keysOf(secret: Bytes, sender: Bytes, recipient: Bytes): Promise<{ key: AesKey; id: string }> {
  const keys = await derived(secret, bound('parley-2 file keys', sender, recipient), secretBytes + 8)
  return { key: await aesKey(keys.slice(0, secretBytes)), id: hexOf(keys.subarray(secretBytes)) }
}

function infoOf(from: string, to: string): Bytes {
  return bound('parley-2 file', from.toLowerCase(), to.toLowerCase())
}
