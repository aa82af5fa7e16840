/** Bytes that a server of the field has room for, on each connection (C-10). */
const bufferBytes = 1_024

export const op = { CR: 1, SPM: 2, SMA: 3, TCPAsk: 4, TCPAccept: 5, TCPAbort: 6, TCPConnect: 7, ERROR: 8 } as const
/** How many strings each packet has, and whether a SHORT follows; the tables of the document. */
const shapes: Readonly<Record<number, { readonly strings: number; readonly hasNumber: boolean }>> = {
  [op.CR]: { strings: 1, hasNumber: false },
  [op.SPM]: { strings: 3, hasNumber: false },
  [op.SMA]: { strings: 2, hasNumber: false },
  [op.TCPAsk]: { strings: 2, hasNumber: true },
  [op.TCPAccept]: { strings: 2, hasNumber: true },
  [op.TCPAbort]: { strings: 2, hasNumber: true },
  [op.TCPConnect]: { strings: 2, hasNumber: true },
}

export interface Packet {
  readonly opcode: number
  readonly strings: readonly string[]
  /** The packet as it came, to be passed on. */
  readonly bytes: Buffer
}

/** The first packet; undefined: it is not complete; null: it is none, or no buffer holds it. */
export function packetIn(bytes: Buffer): Packet | null | undefined {
  const shape = shapes[bytes[0] ?? 0]
  if (bytes.length === 0) return undefined
  if (!shape) return null
  const strings: string[] = []
  let at = 1
  for (let index = 0; index < shape.strings; index++) {
    if (bytes.length < at + 2) return ifItFits(bytes)
    const length = bytes.readInt16BE(at)
    if (length <= 0 || length > bufferBytes) return null
    if (bytes.length < at + 2 + length) return ifItFits(bytes)
    strings.push(bytes.toString('utf8', at + 2, at + 2 + length))
    at += 2 + length
  }
  if (shape.hasNumber) at += 2
  if (at > bufferBytes) return null
  return bytes.length < at ? undefined : { opcode: bytes[0]!, strings, bytes: Buffer.from(bytes.subarray(0, at)) }
}

function ifItFits(bytes: Buffer): null | undefined {
  return bytes.length >= bufferBytes ? null : undefined
}

/** `request`: a TCPAsk, TCPAccept or TCPConnect. */
export function abortOf(request: Packet): Buffer {
  return Buffer.concat([Buffer.of(op.TCPAbort), request.bytes.subarray(1)])
}
