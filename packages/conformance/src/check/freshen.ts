import type { Notation } from '@parley/protocols'
import { randomUUID } from 'node:crypto'
import { spokenProtocols } from '../spoken.ts'
import type { CheckedProtocol } from './checked-protocol.ts'
import { numbered, ofSameLength, spelledAs, staysAsItIs } from './fresh-names.ts'
import { sourceLine, written, type Said, type SourceLine } from './source-lines.ts'

export interface GivenAccount {
  readonly name: string
  readonly password: string
}

export interface Freshened {
  readonly text: string
  /** Every user and group of the transcript as it is called now, in lower case. */
  readonly names: ReadonlySet<string>
}

interface Known {
  readonly original: string
  readonly fresh: string
}

/**
 * A transcript under names that nobody has yet on somebody else's server. Its accounts become those
 * that were `given`, in their order: there must be enough. Line numbers stay the same, and so does
 * the length of a name where bytes are given, or a name is refused or taken for its length.
 */
export function freshen(
  text: string,
  number: string,
  given: readonly GivenAccount[],
  protocols: Readonly<Record<string, CheckedProtocol>>,
): Freshened {
  const source = text.split('\n')
  const lines = source.map(sourceLine)
  const accounts = lines.flatMap((line) => (line.kind === 'account' ? [line] : []))
  const known = new Map<string, Known>()
  for (const [index, { name }] of accounts.entries()) {
    known.set(name.toLowerCase(), { original: name, fresh: given[index]!.name })
  }
  const exact = lines.some((line) => line.kind === 'said' && (line.sent ? isExact(line.said) : isCut(line.said)))
  for (const { name, keepsLength } of namesIn(lines, protocols)) {
    if (staysAsItIs(name) || known.has(name.toLowerCase())) continue
    const fresh = exact || keepsLength ? ofSameLength(name) : numbered(name, number)
    known.set(name.toLowerCase(), { original: name, fresh })
  }
  const renamer = new Renamer(known)
  const passwords = accounts.map(({ name, password }, index) => ({ name, old: password, new: given[index]!.password }))
  return {
    text: rewritten(source, lines, renamer, passwords).join('\n'),
    names: new Set(Array.from(known.values(), ({ fresh }) => fresh.toLowerCase())),
  }
}

/** Bytes that hold lengths, or lines that are cut somewhere. */
function isExact(said: Said): boolean {
  return said.form === 'hex' || (said.form === 'raw' && !/[\r\n]$/.test(said.bytes))
}

/** P-9, C-10: what is longer than about 1,000 bytes is cut, and the name in front of it counts. */
function isCut(said: Said): boolean {
  return said.form === 'notation' && said.text.length > 900
}

interface Found {
  readonly name: string
  readonly keepsLength: boolean
}

function* namesIn(lines: readonly SourceLine[], protocols: Readonly<Record<string, CheckedProtocol>>): Iterable<Found> {
  const ways = new Map<string, CheckedProtocol | undefined>()
  const notations = new Map<string, Notation | undefined>()
  const actors = new Set(lines.flatMap((line) => ('actor' in line ? [line.actor.toLowerCase()] : [])))
  for (const [at, line] of lines.entries()) {
    if (line.kind === 'signs-in' || line.kind === 'connects') {
      ways.set(line.actor, protocols[line.protocol])
      notations.set(line.actor, spokenProtocols.get(line.protocol)?.notation)
    }
    if (line.kind === 'signs-in') yield { name: line.name, keepsLength: false }
    const way = line.kind === 'said' && line.sent ? ways.get(line.actor) : undefined
    if (line.kind !== 'said' || !way) continue
    for (const text of textsOf(line.said, piecesFrom(lines, at), notations.get(line.actor))) {
      const [, own = ''] = way.signIn.exec(text) ?? []
      if (way.validName.test(own)) yield { name: own, keepsLength: !actors.has(own.toLowerCase()) }
      for (const pattern of way.mentions) {
        for (const [, other = ''] of text.matchAll(pattern)) yield { name: other, keepsLength: false }
      }
    }
  }
}

/** What is said, as lines of the notation. Bytes are read with those that follow on the same connection. */
function textsOf(said: Said, pieces: readonly Said[], notation: Notation | undefined): readonly string[] {
  if (said.form === 'notation') return [said.text]
  const bytes = joined(pieces)
  const frames = notation?.read(Buffer.from(bytes, 'latin1')).lines ?? []
  return [...frames, ...bytes.split(/[\r\n]+/)]
}

class Renamer {
  readonly #known: ReadonlyMap<string, Known>
  readonly #ids = new Map<string, string>()
  readonly #pattern: RegExp | undefined

  constructor(known: ReadonlyMap<string, Known>) {
    this.#known = known
    const names = [...known.keys()].toSorted((one, other) => other.length - one.length)
    // The commands of cp have no blank behind them.
    const pattern = `(?<![A-Za-z0-9_])((?:USER|SMSG|RMSG)?)(${names.map(RegExp.escape).join('|')})(?![A-Za-z0-9_])`
    this.#pattern = names.length === 0 ? undefined : new RegExp(pattern, 'gi')
  }

  rename(text: string): string {
    const identified = text.replace(uuid, (token) => this.#identify(token))
    if (!this.#pattern) return identified
    return identified.replace(this.#pattern, (whole, command: string, token: string) => {
      const found = this.#known.get(token.toLowerCase())
      return found ? command + spelledAs(token, found.original, found.fresh) : whole
    })
  }

  /** Whoever takes part chooses the ids of transfers, and nobody else on the server may have the same. */
  #identify(token: string): string {
    const id = this.#ids.get(token.toLowerCase()) ?? randomUUID()
    this.#ids.set(token.toLowerCase(), id)
    return spelledAs(token, token.toLowerCase(), id)
  }
}

const uuid = /(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/gi

interface Password {
  readonly name: string
  readonly old: string
  readonly new: string
}

function rewritten(
  source: readonly string[],
  lines: readonly SourceLine[],
  renamer: Renamer,
  passwords: readonly Password[],
): readonly string[] {
  const result = [...source]
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    if (line.kind === 'account') {
      const password = passwords.find(({ name }) => name === line.name)!
      result[at] = `account ${renamer.rename(line.name)} ${JSON.stringify(password.new)}`
    } else if (line.kind === 'signs-in') {
      const [words] = source[at]!.split(/ as \S+\s*$/)
      result[at] = `${words!.trimEnd()} as ${renamer.rename(line.name)}`
    } else if (line.kind === 'said') {
      const places = placesFrom(lines, at)
      const own = `${line.actor} ${source[at]}`
      const change = (text: string) => {
        const renamed = renamer.rename(text)
        return line.sent ? withNewPassword(renamed, own, passwords) : renamed
      }
      const pieces = changedPieces(piecesFrom(lines, at), change)
      for (const [index, said] of pieces.entries()) result[places[index]!] = line.start + written(said)
      at = places.at(-1)!
    }
  }
  return result
}

/**
 * Where what is said at `at` stands; where it is a piece of bytes, with those that follow on the same
 * connection, at once or after a while.
 */
function placesFrom(lines: readonly SourceLine[], at: number): readonly number[] {
  const first = lines[at] as Extract<SourceLine, { kind: 'said' }>
  const places = [at]
  if (first.said.form === 'notation') return places
  for (const [index, next] of lines.entries()) {
    if (index <= at || next.kind === 'passes') continue
    const follows = next.kind === 'said' && next.start === first.start && next.said.form !== 'notation'
    if (!follows) return places
    places.push(index)
  }
  return places
}

function piecesFrom(lines: readonly SourceLine[], at: number): readonly Said[] {
  return placesFrom(lines, at).map((place) => (lines[place] as Extract<SourceLine, { kind: 'said' }>).said)
}

function joined(pieces: readonly Said[]): string {
  return pieces.map((piece) => (piece.form === 'notation' ? '' : piece.bytes)).join('')
}

/** A name or a password may be cut between two pieces: then it is cut again, wherever its length lets it be. */
function changedPieces(pieces: readonly Said[], change: (text: string) => string): readonly Said[] {
  const [first] = pieces
  if (first?.form === 'notation') return [{ ...first, text: change(first.text) }]
  const text = joined(pieces)
  const changed = change(text)
  const ends: number[] = []
  let before = 0
  for (const piece of pieces) {
    before += piece.form === 'notation' ? 0 : piece.bytes.length
    ends.push(before === text.length ? changed.length : change(text.slice(0, before)).length)
  }
  // No piece may be empty.
  for (let at = ends.length - 2; at >= 0; at--) ends[at] = Math.min(ends[at]!, ends[at + 1]! - 1)
  return pieces.map((piece, at) => ({ ...piece, bytes: changed.slice(ends[at - 1] ?? 0, ends[at]) }))
}

/** Several accounts may have had the same password: the one whose name is in the line counts. */
function withNewPassword(text: string, line: string, passwords: readonly Password[]): string {
  const named = passwords.find(({ name }) => new RegExp(`\\b(?:USER|PASS)?${name}\\b`, 'i').test(line))
  const found = [...(named ? [named] : []), ...passwords].find(({ old }) => passwordIn(old).test(text))
  if (!found) return text
  const quoted = text.includes(JSON.stringify(found.old))
  return text.replace(passwordIn(found.old), (_, command: string) => {
    return command + (quoted ? JSON.stringify(found.new).slice(1, -1) : found.new)
  })
}

function passwordIn(password: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9_])((?:PASS)?)${RegExp.escape(password)}(?![A-Za-z0-9_])`)
}
