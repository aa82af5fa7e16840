import type { Notation } from '../protocol.ts'
import { chatosCodec, readFrame } from './codec.ts'
import { opNamed, readFields, writeFields, type ChatosFrame, type FieldSink, type FieldSource } from './packets.ts'
import { errCodes } from './replies.ts'

/** `TCP-In-Protocole` for 5: the document's words without their blanks. */
const codeWords: ReadonlyMap<string, number> = new Map(
  Object.entries(errCodes).map(([word, code]) => [word.replaceAll(' ', '-'), code]),
)

/**
 * A packet is its name and its fields in the order of the wire, strings quoted as in JSON: `SMA
 * sender="ann" message="hi"`, `TCPAsk sender="ann" recipient="bob" password=7`. An error is its
 * words, `ERROR Pseudo-Unavailable`, or a code that the document does not know, `ERROR code=9`;
 * both forms can be written. What is no packet reads as `?? 09 ff`.
 */
export const chatosNotation: Notation = {
  write: (line) => chatosCodec.encode(parse(line)),
  read(bytes) {
    const lines: string[] = []
    let used = 0
    for (;;) {
      const rest = bytes.subarray(used)
      const read = readFrame(rest)
      if (!read) return { lines, used }
      if (read === 'malformed') return { lines: [...lines, `?? ${hex(rest)}`], used: bytes.length }
      lines.push(show(read.frame))
      used += read.used
    }
  },
}

function show(frame: ChatosFrame): string {
  if (frame.op === 'ERROR') {
    for (const [word, code] of codeWords) if (code === frame.code) return `ERROR ${word}`
  }
  const shown = new ShownFields(frame.op)
  writeFields(frame, shown)
  return shown.line
}

function parse(line: string): ChatosFrame {
  const [, name = '', fields = ''] = /^(\S*)(.*)$/s.exec(line) ?? []
  const op = opNamed(name)
  if (!op) throw new Error(`No packet is called ${JSON.stringify(name)}`)
  const code = op === 'ERROR' ? codeWords.get(fields.trim()) : undefined
  if (code !== undefined) return { op: 'ERROR', code }
  const written = new WrittenFields(fields)
  const frame = readFields(op, written)
  if (written.rest !== '') throw new Error(`${op} has no place for ${JSON.stringify(written.rest)}`)
  return frame
}

class ShownFields implements FieldSink {
  line: string

  constructor(line: string) {
    this.line = line
  }

  string(name: string, value: string): void {
    this.line += ` ${name}=${JSON.stringify(value)}`
  }

  short(name: string, value: number): void {
    this.line += ` ${name}=${value}`
  }

  byte(name: string, value: number): void {
    this.line += ` ${name}=${value}`
  }
}

class WrittenFields implements FieldSource {
  rest: string

  constructor(rest: string) {
    this.rest = rest
  }

  string(name: string): string {
    return String(JSON.parse(this.#take(name, /"(?:[^"\\]|\\.)*"/.source)))
  }

  short(name: string): number {
    return this.#number(name, -32_768, 32_767)
  }

  byte(name: string): number {
    return this.#number(name, 0, 255)
  }

  #number(name: string, least: number, most: number): number {
    const value = Number(this.#take(name, /-?\d+/.source))
    if (value < least || value > most) throw new Error(`${name} is a number from ${least} to ${most}`)
    return value
  }

  #take(name: string, pattern: string): string {
    const [whole, value] = new RegExp(`^ ${name}=(${pattern})`).exec(this.rest) ?? []
    if (whole === undefined || value === undefined) {
      throw new Error(`${name}= is what comes next, not ${JSON.stringify(this.rest)}`)
    }
    this.rest = this.rest.slice(whole.length)
    return value
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
