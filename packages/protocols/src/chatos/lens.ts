import type { Dissect } from '../kit/fields.ts'
import type { Field } from '../lens-view.ts'
import { readFrame } from './codec.ts'
import { opcodes, writeFields, type ChatosFrame } from './packets.ts'

/** Bytes of a signed short, which stands before each string. */
const shortBytes = 2
const figures: { readonly [op: string]: string } = { SPM: 'chatos.txt Figure 3', SMA: 'chatos.txt Figure 4' }

export const dissectChatos: Dissect = (bytes) => {
  const frames: (readonly Field[])[] = []
  for (let at = 0; at < bytes.length;) {
    const read = readFrame(bytes.subarray(at))
    if (!read || read === 'malformed') throw new Error('this is no packet of chatos')
    frames.push(fieldsOf(read.frame, bytes.subarray(at, at + read.used)))
    at += read.used
  }
  return frames
}

function fieldsOf(frame: ChatosFrame, bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const take = (name: string, value: string, length: number, clause: string): void => {
    fields.push({ name, value, bytes: bytes.subarray(at, at + length), clause })
    at += length
  }
  const figure = figures[frame.op]!
  take('opcode', `${opcodes[frame.op]}: ${frame.op}`, 1, 'chatos.txt Opcodes')
  writeFields(frame, {
    string(name, value) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + at).getInt16(0)
      take(`length of ${name}`, String(length), shortBytes, 'chatos.txt STRING')
      take(name, value, length, figure)
    },
    short: (name, value) => take(name, String(value), shortBytes, figure),
    byte: (name, value) => take(name, String(value), 1, figure),
  })
  return fields
}
