import { readJson } from './json-text.ts'
import type { Read } from './parse-directive.ts'
import type { Action, Expectation, Payload } from './transcript.ts'

/** `ann signs in by helo as Ann`: `words` is what stands behind `by`. */
export interface SignIn {
  readonly kind: 'signs-in'
  readonly actor: string
  readonly words: string
  readonly name: string
}

const actor = '[A-Za-z][A-Za-z0-9_-]*'
const protocol = '[a-z][a-z0-9-]*'
const said = new RegExp(`^(${actor}(?:, ${actor})*) (->|<-)(?: ([^]*))?$`)
const signsIn = new RegExp(`^(${actor}) signs in by (${protocol}(?: in [a-z]+ form)?)(?: as (\\S+))?\\s*$`)
const connects = new RegExp(`^(${actor}) connects by (${protocol})(?: at (\\d+|<[A-Za-z][A-Za-z0-9_]*>))?\\s*$`)
const ends = new RegExp(`^(${actor}) (closes|resets|ends)\\s*$`)
const utf8 = new TextEncoder()

/** One line of the conversation. */
export function parseStep(source: string): Read<Action | SignIn> {
  const [line, actors, arrow, text = ''] = said.exec(source) ?? []
  if (line !== undefined) return arrow === '->' ? parseWritten(actors!, text) : parseHeard(actors!.split(', '), text)

  const [, arriving, words, name] = signsIn.exec(source) ?? []
  if (arriving !== undefined && words !== undefined) {
    return { ok: true, value: { kind: 'signs-in', actor: arriving, words, name: name ?? arriving } }
  }
  const [, connecting, by, port] = connects.exec(source) ?? []
  if (connecting !== undefined && by !== undefined) {
    const at = port === undefined ? {} : { at: port }
    return { ok: true, value: { kind: 'connects', actor: connecting, protocol: by, ...at } }
  }
  const [, ending, how] = ends.exec(source) ?? []
  if (ending !== undefined && (how === 'closes' || how === 'resets' || how === 'ends')) {
    return { ok: true, value: { kind: how, actor: ending } }
  }
  const time = /^\+(\d+(?:\.\d+)?)(ms|s)\s*$/.exec(source)
  if (time) return { ok: true, value: { kind: 'passes', ms: Number(time[1]) * (time[2] === 's' ? 1_000 : 1) } }

  const server = /^the server (is killed|restarts)\s*$/.exec(source)
  if (server) return { ok: true, value: { kind: 'restarts', how: server[1] === 'restarts' ? 'stop' : 'kill' } }
  return { ok: false, problem: 'this is no line of a transcript; docs/transcripts.md lists what can be written' }
}

function parseWritten(writer: string, text: string): Read<Action> {
  if (writer.includes(',')) return { ok: false, problem: 'only one actor can send a line; write one line for each' }
  const payload = parsePayload(text)
  return payload.ok ? { ok: true, value: { kind: 'writes', actor: writer, payload: payload.value } } : payload
}

function parseHeard(hearers: readonly string[], text: string): Read<Action> {
  const closed = text.trim() === '[closed]'
  const payload: Read<Expectation['payload']> = closed ? { ok: true, value: { form: 'closed' } } : parsePayload(text)
  if (!payload.ok) return payload
  if (new Set(hearers).size < hearers.length) return { ok: false, problem: 'an actor is named twice in this line' }
  const expectations = hearers.map((hearer) => ({
    actor: hearer,
    payload: payload.value,
    line: text === '' ? `${hearer} <-` : `${hearer} <- ${text}`,
  }))
  return { ok: true, value: { kind: 'hears', expectations } }
}

function parsePayload(text: string): Read<Payload> {
  const [, form, rest = ''] = /^(raw|hex)(?: ([^]*))?$/.exec(text) ?? []
  if (form === undefined) return { ok: true, value: { form: 'notation', text } }
  if (form === 'hex') {
    const pairs = rest.replace(/\s/g, '').match(/../g)
    if (!pairs || !/^(?:[0-9a-fA-F]{2}\s*)+$/.test(rest)) {
      return { ok: false, problem: 'expected "hex" and pairs of hexadecimal digits' }
    }
    return { ok: true, value: { form: 'bytes', bytes: Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) } }
  }
  const read = readJson(rest)
  if (!read.ok || typeof read.value !== 'string' || read.value === '') {
    return { ok: false, problem: 'expected "raw" and a JSON string that is not empty' }
  }
  return { ok: true, value: { form: 'bytes', bytes: utf8.encode(read.value) } }
}
