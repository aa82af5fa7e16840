import type { CheckedProtocol } from '../check/checked-protocol.ts'
import { checkedProtocols } from '../check/protocols.ts'
import { hexOf } from '../frames.ts'
import { visible } from '../report.ts'
import { spokenProtocols } from '../spoken.ts'
import { LineReader, type ReadLine } from './line-reader.ts'
import type { Passed, Side } from './middleman.ts'
import { withoutTokens, withPassword } from './secrets.ts'

export interface TapLook {
  readonly colour: boolean
  /** Passwords are shown. */
  readonly secrets: boolean
  /** The bytes stand below each line. */
  readonly bytes: boolean
  /** Heartbeats are left out. */
  readonly quiet: boolean
}

const colours = { client: 36, server: 33, note: 2, bytes: 2 } as const
const hidden = '•••'
const bytesPerRow = 16

/** What passes between clients and a server, as lines for people. */
export class TapLines {
  readonly #protocol: string
  readonly #look: TapLook
  readonly #readers = new Map<string, LineReader>()

  /** `protocol` is one that transcripts can speak. */
  constructor(protocol: string, look: TapLook) {
    this.#protocol = protocol
    this.#look = look
  }

  /** Text that ends with a line feed, or nothing. `at`: the time of day. */
  show(passed: Passed, at: Date): string {
    const { connection } = passed
    const stamp = `${at.toISOString().slice(11, 23)} #${connection}`
    const note = (text: string) => `${this.#paint('note', `${stamp} -- ${text}`)}\n`
    if (passed.kind === 'opened') return note('connects')
    if (passed.kind === 'unreachable') return note(`the server cannot be reached: ${visible(passed.problem)}`)
    if (passed.kind === 'closed') return note('closed')
    const reader = this.#readerOf(connection, passed.by)
    const show = (line: ReadLine) => this.#line(stamp, passed.by, line)
    if (passed.kind === 'said') return reader.read(passed.bytes).map(show).join('')
    const rest = reader.rest().map(show).join('')
    return rest + note(`the ${passed.by} ${passed.broken ? 'breaks' : 'ends'} the connection`)
  }

  #line(stamp: string, by: Side, { text, bytes }: ReadLine): string {
    const row = checkedProtocols[this.#protocol]
    const { ping, pong } = row?.heartbeat ?? {}
    if (this.#look.quiet && text !== null && text === (by === 'server' ? ping : pong)) return ''
    const shown = text === null ? hexOf(bytes) : row && !this.#look.secrets ? withoutSecrets(text, by, row) : text
    const hides = text !== null && shown !== text
    const line = this.#paint(by, `${stamp} ${by === 'client' ? '->' : '<-'} ${visible(shown)}`)
    const below = this.#look.bytes && !hides ? hexRows(bytes).map((each) => this.#paint('bytes', each)) : []
    return `${[line, ...below].join('\n')}\n`
  }

  #readerOf(connection: number, by: Side): LineReader {
    const key = `${connection} ${by}`
    let reader = this.#readers.get(key)
    if (!reader) {
      reader = new LineReader(spokenProtocols.get(this.#protocol)!.notation, checkedProtocols[this.#protocol] ?? {})
      this.#readers.set(key, reader)
    }
    return reader
  }

  #paint(what: keyof typeof colours, text: string): string {
    return this.#look.colour ? `\x1b[${colours[what]}m${text}\x1b[0m` : text
  }
}

function withoutSecrets(text: string, by: Side, row: CheckedProtocol): string {
  const open = by === 'client' ? withPassword(text, row, hidden) : text
  return withoutTokens(open, row, hidden)
}

function hexRows(bytes: Uint8Array): readonly string[] {
  const rows: string[] = []
  for (let at = 0; at < bytes.length; at += bytesPerRow) {
    const part = bytes.subarray(at, at + bytesPerRow)
    const pairs = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    rows.push(`${String(at).padStart(12)}  ${pairs.padEnd(bytesPerRow * 3)} ${text}`)
  }
  return rows
}
