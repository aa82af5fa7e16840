import { checkedProtocols } from '../check/protocols.ts'
import type { CheckedProtocol } from '../check/checked-protocol.ts'
import { spokenProtocols } from '../spoken.ts'
import { LineReader } from './line-reader.ts'
import type { Passed, Side } from './middleman.ts'
import { RecordedSecrets } from './recorded-secrets.ts'
import { withoutTokens } from './secrets.ts'
import { VaryingTexts } from './varying-texts.ts'

export interface RecordOptions {
  /** Heartbeats, and the time that passes. Without it neither is written down. */
  readonly time: boolean
}

interface Recorded {
  readonly protocol: string
  readonly row: CheckedProtocol | undefined
  readonly client: LineReader
  readonly server: LineReader
  /** Its own name, once it signed in. */
  name: string | undefined
  ended: boolean
}

/** A line of the transcript, for the actor of a connection. */
interface Written {
  readonly connection: Recorded | undefined
  readonly text: string
}

/** Stands for a token that no server gave in this recording. */
const notRecorded = 'not-recorded'
const actorForm = /^[A-Za-z][A-Za-z0-9_-]*$/
/** Nothing shorter counts as time that passed, in ms. */
const leastPause = 500
/** Times are written down in steps of this, in ms, rounded up. */
const step = 100

/** Writes what passes in the middle down as a transcript that runs. */
export class Recorder {
  readonly #options: RecordOptions
  readonly #connections = new Map<string, Recorded>()
  readonly #lines: Written[] = []
  readonly #secrets = new RecordedSecrets()
  readonly #varying = new VaryingTexts()
  #last: number | undefined
  #unwritten = 0

  constructor(options: RecordOptions) {
    this.#options = options
  }

  /** `at`: ms on a clock that only goes forward. */
  note(protocol: string, passed: Passed, at: number): void {
    const key = `${protocol} ${passed.connection}`
    if (passed.kind === 'opened') {
      const recorded = newConnection(protocol)
      this.#connections.set(key, recorded)
      this.#write(recorded, `connects by ${protocol}`)
      return
    }
    const recorded = this.#connections.get(key)!
    if (passed.kind === 'said') {
      if (passed.by === 'server') this.#passTime(at)
      const lines = recorded[passed.by].read(passed.bytes)
      for (const { text, bytes } of lines) this.#say(recorded, passed.by, text, bytes)
    } else if (passed.kind === 'ended') this.#end(recorded, passed.by, passed.broken)
  }

  /** The transcript so far. `where` and `when` are said on top. */
  transcript(where: string, when: string): string {
    const names = this.#actorNames()
    const lines = this.#lines.map(({ connection, text }) => {
      return connection ? `${names.get(connection)} ${text}` : text
    })
    const accounts = this.#secrets.accounts()
    return [
      `# Recorded at ${where}, ${when}. Write here which sentence of the document it proves.`,
      '',
      ...(accounts.length > 0 ? [...accounts, ''] : []),
      ...lines,
      '',
    ].join('\n')
  }

  #say(recorded: Recorded, by: Side, text: string | null, bytes: Uint8Array): void {
    const { row } = recorded
    const { ping, pong } = row?.heartbeat ?? {}
    if (!this.#options.time && text !== null && text === (by === 'server' ? ping : pong)) return
    if (by === 'server') {
      if (text !== null && row?.accepted.test(text)) this.#secrets.accepted(recorded)
      const said = text === null ? null : this.#varying.heard(text, row?.varying ?? [])
      this.#write(recorded, `<- ${payload(said, text, bytes)}`)
      return
    }
    if (text !== null && row) {
      const [, name] = row.signIn.exec(text) ?? []
      if (name !== undefined) recorded.name = name
    }
    const safe = text === null || !row ? text : this.#secrets.said(recorded, recorded.name, text, row)
    const said = safe === null ? null : withoutTokens(this.#varying.said(safe, row?.varying ?? []), row, notRecorded)
    this.#write(recorded, `-> ${payload(said, safe, bytes)}`)
  }

  #end(recorded: Recorded, by: Side, broken: boolean): void {
    for (const { text, bytes } of recorded[by].rest()) this.#say(recorded, by, text, bytes)
    if (recorded.ended) return
    recorded.ended = true
    if (by === 'server') this.#write(recorded, '<- [closed]')
    else this.#write(recorded, broken ? 'resets' : 'closes')
  }

  #passTime(at: number): void {
    const pause = at - (this.#last ?? at)
    this.#last = at
    if (!this.#options.time) return
    this.#unwritten += pause
    if (pause < leastPause) return
    this.#lines.push({ connection: undefined, text: `+${Math.ceil(this.#unwritten / step) * step}ms` })
    this.#unwritten = 0
  }

  #write(connection: Recorded, text: string): void {
    this.#lines.push({ connection, text })
  }

  /** The name that was signed in with, where it can be an actor's and nobody else has it. */
  #actorNames(): ReadonlyMap<Recorded, string> {
    const names = new Map<Recorded, string>()
    const used = new Map<string, number>()
    for (const recorded of this.#connections.values()) {
      const { name = '', protocol } = recorded
      const base = actorForm.test(name) ? name : `${protocol}-client`
      const count = (used.get(base) ?? 0) + 1
      used.set(base, count)
      names.set(recorded, count === 1 ? base : `${base}-${count}`)
    }
    return names
  }
}

function newConnection(protocol: string): Recorded {
  const { notation } = spokenProtocols.get(protocol)!
  const row = checkedProtocols[protocol]
  const reader = () => new LineReader(notation, row ?? {})
  return { protocol, row, client: reader(), server: reader(), name: undefined, ended: false }
}

/**
 * `said` is `plain` with its placeholders. What a transcript would take for something else, or what
 * an editor would lose, is written as bytes.
 */
function payload(said: string | null, plain: string | null, bytes: Uint8Array): string {
  if (said === null || plain === null) return `hex ${Buffer.from(bytes).toString('hex').replace(/../g, '$& ').trim()}`
  const odd = /^(?:raw|hex) |^\[closed\]|[\x00-\x1f\x7f\u0085\u2028\u2029\ufffd]|\s$/.test(plain)
  const seemsPlaceholder = /<[A-Za-z]\w*>/.test(plain)
  return odd || seemsPlaceholder ? `raw ${JSON.stringify(new TextDecoder().decode(bytes))}` : said
}
