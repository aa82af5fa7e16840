import { readJson } from '../json-text.ts'

/** A line of a transcript, as far as names stand in it. */
export type SourceLine =
  | { readonly kind: 'account'; readonly name: string; readonly password: string }
  | { readonly kind: 'signs-in'; readonly actor: string; readonly protocol: string; readonly name: string }
  | { readonly kind: 'connects'; readonly actor: string; readonly protocol: string }
  | {
      readonly kind: 'said'
      readonly start: string
      readonly actor: string
      readonly sent: boolean
      readonly said: Said
    }
  /** Time passes. */
  | { readonly kind: 'passes' }
  | { readonly kind: 'other' }

/** `bytes`: one character for each byte. */
export type Said =
  { readonly form: 'notation'; readonly text: string } | { readonly form: 'raw' | 'hex'; readonly bytes: string }

/** Takes a line of a transcript that was parsed before apart. */
export function sourceLine(line: string): SourceLine {
  const [, start, actor, arrow, text] = /^(\s*([\w-]+)(?:, [\w-]+)* (->|<-) )(.*)$/s.exec(line) ?? []
  if (start !== undefined && actor !== undefined && text !== undefined) {
    return { kind: 'said', start, actor, sent: arrow === '->', said: saidIn(text) }
  }
  const [, account, json = ''] = /^\s*account (\S+)\s+(".*")\s*$/.exec(line) ?? []
  const password = readJson(json)
  if (account !== undefined && password.ok) return { kind: 'account', name: account, password: String(password.value) }
  const [, arriving, way, name] = /^\s*([\w-]+) signs in by ([a-z][a-z0-9-]*).*?(?: as (\S+))?\s*$/.exec(line) ?? []
  if (arriving !== undefined && way !== undefined) {
    return { kind: 'signs-in', actor: arriving, protocol: way, name: name ?? arriving }
  }
  const [, connecting, by] = /^\s*([\w-]+) connects by ([a-z][a-z0-9-]*)/.exec(line) ?? []
  if (connecting !== undefined && by !== undefined) return { kind: 'connects', actor: connecting, protocol: by }
  return { kind: /^\s*\+\d/.test(line) ? 'passes' : 'other' }
}

export function written(said: Said): string {
  if (said.form === 'notation') return said.text
  if (said.form === 'raw') return `raw ${JSON.stringify(Buffer.from(said.bytes, 'latin1').toString('utf8'))}`
  return `hex ${Buffer.from(said.bytes, 'latin1').toString('hex').replace(/../g, '$& ').trim()}`
}

function saidIn(text: string): Said {
  if (text.startsWith('hex ')) {
    return { form: 'hex', bytes: Buffer.from(text.slice(4).replace(/\s/g, ''), 'hex').toString('latin1') }
  }
  const raw = text.startsWith('raw ') ? readJson(text.slice(4)) : { ok: false as const }
  return raw.ok ? { form: 'raw', bytes: Buffer.from(String(raw.value)).toString('latin1') } : { form: 'notation', text }
}
