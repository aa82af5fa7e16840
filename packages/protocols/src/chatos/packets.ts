/** The packets of the document, by its words. `password` is a signed short, `code` a byte. */
export type ChatosFrame =
  | { readonly op: 'CR'; readonly pseudo: string }
  | { readonly op: 'SPM'; readonly sender: string; readonly recipient: string; readonly message: string }
  | { readonly op: 'SMA'; readonly sender: string; readonly message: string }
  | { readonly op: TcpOp; readonly sender: string; readonly recipient: string; readonly password: number }
  | { readonly op: 'ERROR'; readonly code: number }

export type TcpOp = 'TCPAsk' | 'TCPAccept' | 'TCPAbort' | 'TCPConnect'
export type Op = ChatosFrame['op']
/** The packet of one operation. */
export type Packet<O extends Op> = O extends TcpOp ? TcpPacket : Extract<ChatosFrame, { op: O }>
/** Every packet of the private connexion protocol has the same fields. */
export type TcpPacket = Extract<ChatosFrame, { op: TcpOp }>

export const opcodes: { readonly [op in Op]: number } = {
  CR: 1,
  SPM: 2,
  SMA: 3,
  TCPAsk: 4,
  TCPAccept: 5,
  TCPAbort: 6,
  TCPConnect: 7,
  ERROR: 8,
}

const ops: readonly Op[] = ['CR', 'SPM', 'SMA', 'TCPAsk', 'TCPAccept', 'TCPAbort', 'TCPConnect', 'ERROR']
const byCode: ReadonlyMap<number, Op> = new Map(ops.map((op) => [opcodes[op], op]))
const byName: ReadonlyMap<string, Op> = new Map(ops.map((op) => [op, op]))

export function opWithCode(opcode: number): Op | undefined {
  return byCode.get(opcode)
}

export function opNamed(name: string): Op | undefined {
  return byName.get(name)
}

/** Where the fields of a packet come from, asked in the order of the wire. */
export interface FieldSource {
  string(name: string): string
  short(name: string): number
  byte(name: string): number
}

/** Where the fields of a packet go, told in the order of the wire. */
export interface FieldSink {
  string(name: string, value: string): void
  short(name: string, value: number): void
  byte(name: string, value: number): void
}

/** The figures that the document lost, read. */
export function readFields(op: Op, from: FieldSource): ChatosFrame {
  switch (op) {
    case 'CR':
      return { op, pseudo: from.string('pseudo') }
    case 'SPM':
      return {
        op,
        sender: from.string('sender'),
        recipient: from.string('recipient'),
        message: from.string('message'),
      }
    case 'SMA':
      return { op, sender: from.string('sender'), message: from.string('message') }
    case 'TCPAsk':
    case 'TCPAccept':
    case 'TCPAbort':
    case 'TCPConnect':
      return {
        op,
        sender: from.string('sender'),
        recipient: from.string('recipient'),
        password: from.short('password'),
      }
    case 'ERROR':
      return { op, code: from.byte('code') }
  }
}

/** The same figures, written. */
export function writeFields(frame: ChatosFrame, to: FieldSink): void {
  switch (frame.op) {
    case 'CR':
      return to.string('pseudo', frame.pseudo)
    case 'SPM':
      to.string('sender', frame.sender)
      to.string('recipient', frame.recipient)
      return to.string('message', frame.message)
    case 'SMA':
      to.string('sender', frame.sender)
      return to.string('message', frame.message)
    case 'TCPAsk':
    case 'TCPAccept':
    case 'TCPAbort':
    case 'TCPConnect':
      to.string('sender', frame.sender)
      to.string('recipient', frame.recipient)
      return to.short('password', frame.password)
    case 'ERROR':
      return to.byte('code', frame.code)
  }
}
