import { readJson } from './json-text.ts'
import type { Read } from './parse-directive.ts'
import type { Action, Payload, Place, Step } from './transcript.ts'

const client = '[A-Za-z][A-Za-z0-9_]*'
const utf8 = new TextEncoder()

/** One line of the conversation. `standard`: the protocol of clients that open without naming one. */
export function parseStep(place: Place, standard: string): Read<Step> {
  const action = parseAction(place, standard)
  return action.ok ? { ok: true, value: { ...place, ...action.value } } : action
}

function parseAction(place: Place, standard: string): Read<Action> {
  const { source } = place
  const said = new RegExp(`^(?:(${client}) -> S|S -> (${client})):(?: ([^]*))?$`).exec(source)
  if (said) return parseSaid(place, said[1], said[2] ?? '', said[3] ?? '')

  const time = /^\+(\d+(?:\.\d+)?)(ms|s)\s*$/.exec(source)
  if (time) return { ok: true, value: { kind: 'passes', ms: Number(time[1]) * (time[2] === 's' ? 1_000 : 1) } }

  const server = /^S (kills|restarts)\s*$/.exec(source)
  if (server) return { ok: true, value: { kind: 'restarts', how: server[1] === 'kills' ? 'kill' : 'stop' } }

  const [, ending, how] = new RegExp(`^(${client}) (closes|resets|ends)\\s*$`).exec(source) ?? []
  if (ending !== undefined && ending !== 'S' && (how === 'closes' || how === 'resets' || how === 'ends')) {
    return { ok: true, value: { kind: how, client: ending } }
  }

  const opens = new RegExp(`^(${client}) opens(?: (?!at )([a-z][a-z0-9-]*))?(?: at (\\d+|<${client}>))?\\s*$`).exec(
    source,
  )
  if (opens && opens[1] !== 'S') {
    const at = opens[3] === undefined ? {} : { at: opens[3] }
    return { ok: true, value: { kind: 'opens', client: opens[1]!, protocol: opens[2] ?? standard, ...at } }
  }
  return { ok: false, problem: 'this is neither something said, nor an event, nor a time that passes' }
}

function parseSaid(place: Place, speaker: string | undefined, hearer: string, text: string): Read<Action> {
  if (speaker === 'S' || hearer === 'S') return { ok: false, problem: 'S is the server; a client needs another name' }
  if (speaker === undefined && text.trim() === '[closed]') {
    return { ok: true, value: { kind: 'hears', wants: [{ ...place, client: hearer, payload: { form: 'closed' } }] } }
  }
  const payload = parsePayload(text)
  if (!payload.ok) return payload
  if (speaker !== undefined) return { ok: true, value: { kind: 'writes', client: speaker, payload: payload.value } }
  return { ok: true, value: { kind: 'hears', wants: [{ ...place, client: hearer, payload: payload.value }] } }
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
