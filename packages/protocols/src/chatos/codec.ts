import { encodeText } from '../kit/text.ts'
import type { Codec, Decoded, Decoder } from '../protocol.ts'
import {
  opWithCode,
  opcodes,
  readFields,
  writeFields,
  type ChatosFrame,
  type FieldSink,
  type FieldSource,
} from './packets.ts'
import { PendingBytes } from './pending-bytes.ts'

const maxStringBytes = 32_767 // The length is a signed short.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Both ways the same packets. By its own length fields the longest takes 98,308 bytes, so the limit
 * of the line protocols is not asked.
 */
export const chatosCodec: Codec<ChatosFrame, ChatosFrame> = {
  decoder: () => new ChatosDecoder(),
  encode: (frame) => encodeFrames([frame]),
}

/** Strings are of 1 to 32,767 bytes; a longer one has no form on the wire and throws. */
export function encodeFrames(frames: readonly ChatosFrame[]): Uint8Array {
  const packed = new PackedFields()
  for (const frame of frames) {
    packed.byte('opcode', opcodes[frame.op])
    writeFields(frame, packed)
  }
  return packed.bytes()
}

/**
 * The frame at the start of `bytes` and how many of them it takes; undefined: it is not complete.
 * `malformed`: a string of length 0 or below, invalid UTF-8 or an unknown opcode (C-10).
 */
export function readFrame(bytes: Uint8Array): { frame: ChatosFrame; used: number } | 'malformed' | undefined {
  const [opcode] = bytes
  if (opcode === undefined) return undefined
  const op = opWithCode(opcode)
  if (!op) return 'malformed'
  // Nothing is decoded before all of it is there: a packet that comes byte by byte is measured
  // often and read once.
  const extent = new Extent(bytes)
  readFields(op, extent)
  if (extent.malformed) return 'malformed'
  if (extent.end > bytes.length) return undefined
  const fields = new PackedSource(bytes)
  const frame = readFields(op, fields)
  return fields.malformed ? 'malformed' : { frame, used: extent.end }
}

/** After a problem there is nothing more: where the next frame would start is unknown. */
class ChatosDecoder implements Decoder<ChatosFrame> {
  readonly #pending = new PendingBytes()
  #over = false

  push(chunk: Uint8Array): void {
    if (!this.#over) this.#pending.append(chunk)
  }

  next(): Decoded<ChatosFrame> | undefined {
    if (this.#over) return undefined
    const read = readFrame(this.#pending.view)
    if (!read) {
      this.#pending.keep()
      return undefined
    }
    if (read === 'malformed') {
      this.#over = true
      this.#pending.clear()
      return { ok: false, problem: 'malformed' }
    }
    this.#pending.drop(read.used)
    return { ok: true, frame: read.frame }
  }

  rest(): Uint8Array {
    const rest = this.#pending.view.slice()
    this.#over = true
    this.#pending.clear()
    return rest
  }
}

/**
 * Finds where a packet ends, as far as its lengths have come; its values mean nothing. `end` is
 * Infinity where a length is missing.
 */
class Extent implements FieldSource {
  readonly #bytes: Uint8Array
  end = 1
  malformed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  string(): string {
    const length = this.end + 2 > this.#bytes.length ? Infinity : shortAt(this.#bytes, this.end)
    if (length <= 0) this.malformed = true
    this.end += 2 + length
    return ''
  }

  short(): number {
    this.end += 2
    return 0
  }

  byte(): number {
    this.end += 1
    return 0
  }
}

/** The fields of a packet that is complete. */
class PackedSource implements FieldSource {
  readonly #bytes: Uint8Array
  #at = 1
  malformed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  string(): string {
    const start = this.#at + 2
    this.#at = start + shortAt(this.#bytes, this.#at)
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#at))
    } catch {
      this.malformed = true
      return ''
    }
  }

  short(): number {
    this.#at += 2
    return shortAt(this.#bytes, this.#at - 2)
  }

  byte(): number {
    return this.#bytes[this.#at++]!
  }
}

class PackedFields implements FieldSink {
  readonly #parts: Uint8Array[] = []
  #length = 0

  string(name: string, value: string): void {
    const text = encodeText(value)
    if (text.length > maxStringBytes) throw new RangeError(`${name} is longer than ${maxStringBytes} bytes`)
    this.short(name, text.length)
    this.#add(text)
  }

  short(_name: string, value: number): void {
    this.#add(Uint8Array.of(value >> 8, value))
  }

  byte(_name: string, value: number): void {
    this.#add(Uint8Array.of(value))
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#length)
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part)
    this.#length += part.length
  }
}

/** Signed, big-endian. */
function shortAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!
}
