import {
  everyone,
  groupConversation,
  kindOf,
  partiesOf,
  utf8Bytes,
  type ConversationKey,
  type ConversationSummary,
  type HistoryPage,
  type HistoryPosition,
  type HistorySearch,
  type HistoryStretch,
  type KeptMessage,
  type Reader,
} from '@parley/core'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { isSound } from './checksum.ts'
import { conversationScope, userScope } from './history-scopes.ts'
import type { Note } from './requests.ts'
import { server } from './stand-in.ts'

type Row = Record<string, SQLOutputValue>

/** Numbers from `first` to `last`. */
interface Range {
  readonly first: number
  readonly last: number
}

/** Rows that one read of a stretch looks at, so that others do not wait for it. */
const rowsPerRead = 20_000
/** Bytes of texts and keys, after which a stretch ends. */
const bytesPerStretch = 262_144
const mostUnread = 100
const mostConversations = 1_000
const whole: Range = { first: 0, last: Number.MAX_SAFE_INTEGER }

const standInText = 'A message was damaged on the disk of this server and cannot be read.'
const columns = `
  seq, at, conversations.key AS conversation, history.kind, sender AS "from", guest, receiver AS "to", history.text,
  session_key AS sessionKey, nonce, target, ${isSound('history')} AS sound`
const rows = `SELECT ${columns} FROM history JOIN conversations ON conversations.id = history.conversation`

/** Whether a row may be read. ?1 whether everybody's, ?2 a registered user's key, ?3 what a guest has joined, as JSON. */
const readable = `(
  (history.conversation = 1 AND ?1)
  OR history.conversation IN (SELECT conversation FROM parties WHERE user_key = ?2)
  OR EXISTS (SELECT 1 FROM stays WHERE user_key = ?2 AND stays.conversation = history.conversation
    AND seq > begun AND (ended IS NULL OR seq <= ended))
  OR EXISTS (SELECT 1 FROM json_each(?3) WHERE value ->> 'of' = conversations.key AND seq > value ->> 'since'))`

/**
 * Reads history for somebody. Something else stands in for a message that is not as it was written,
 * and `note` hears of it. Throws what SQLite throws.
 */
export class HistoryReads {
  readonly #note: Note
  readonly #idOf: StatementSync
  readonly #stays: StatementSync
  readonly #newest: StatementSync
  readonly #oldest: StatementSync
  readonly #bound: StatementSync
  readonly #stretch: StatementSync
  readonly #own: StatementSync
  readonly #lost: StatementSync
  readonly #search: StatementSync
  readonly #conversations: StatementSync
  readonly #unread: StatementSync
  readonly #mark: StatementSync
  readonly #message: StatementSync
  readonly #among: StatementSync
  readonly #committed: StatementSync
  readonly #checked: StatementSync

  constructor(database: DatabaseSync, note: Note) {
    this.#note = note
    const prepare = (sql: string) => database.prepare(sql)
    this.#idOf = prepare('SELECT id FROM conversations WHERE key = ?')
    this.#stays = prepare('SELECT begun, ended FROM stays WHERE user_key = ? AND conversation = ? ORDER BY begun')
    const between = 'WHERE history.conversation = ? AND seq BETWEEN ? AND ? ORDER BY seq'
    this.#newest = prepare(`${rows} ${between} DESC LIMIT ?`)
    this.#oldest = prepare(`${rows} ${between} LIMIT ?`)
    this.#bound = prepare(`
      SELECT max(seq) AS last, count(*) AS count FROM (SELECT seq FROM history WHERE seq > ? ORDER BY seq LIMIT ?)`)
    this.#stretch = prepare(`${rows} WHERE seq > ?4 AND seq <= ?5 AND ${readable} ORDER BY seq LIMIT ?6`)
    this.#own = prepare(`
      ${rows} WHERE seq > ?4 AND seq <= ?5 AND ${readable} AND (
        (lower(sender) = ?7 AND guest = ?8 AND seq > ?9)
        OR history.conversation IN (SELECT conversation FROM parties WHERE user_key = ?2))
      ORDER BY seq LIMIT ?6`)
    this.#lost = prepare(`
      SELECT key FROM conversations WHERE pruned > ?4 AND (
        (id = 1 AND ?1)
        OR id IN (SELECT conversation FROM parties WHERE user_key = ?2)
        OR EXISTS (SELECT 1 FROM stays WHERE user_key = ?2 AND stays.conversation = id
          AND begun < pruned AND (ended IS NULL OR ended > ?4))
        OR EXISTS (SELECT 1 FROM json_each(?3) WHERE value ->> 'of' = key AND pruned > value ->> 'since'))`)
    this.#search = prepare(`
      SELECT ${columns} FROM history_words
        JOIN history ON seq = history_words.rowid
        JOIN conversations ON conversations.id = history.conversation
      WHERE history_words MATCH ?4 AND history_words.rowid < ?5 AND ${readable}
      ORDER BY history_words.rowid DESC LIMIT ?6`)
    this.#conversations = prepare(`
      SELECT id, key FROM conversations WHERE (id = 1 AND ?1)
        OR id IN (SELECT conversation FROM parties WHERE user_key = ?2)
        OR id IN (SELECT conversation FROM stays WHERE user_key = ?2)
        OR key IN (SELECT value ->> 'of' FROM json_each(?3))`)
    this.#unread = prepare(`
      SELECT count(*) AS count FROM (
        SELECT 1 FROM history WHERE conversation = ? AND seq BETWEEN ? AND ? AND lower(sender) <> ? AND kind <> 'deleted'
        LIMIT ${mostUnread})`)
    this.#mark = prepare(`SELECT seq, ${isSound('marks')} AS sound FROM marks WHERE account = ? AND conversation = ?`)
    this.#message = prepare(`${rows} WHERE seq = ?4 AND ${readable}`)
    this.#among = prepare(`
      SELECT seq FROM json_each(?) JOIN history ON seq = value
      WHERE conversation = (SELECT id FROM conversations WHERE key = ?) ORDER BY seq`)
    this.#checked = prepare(`
      SELECT seq, receiver AS "of", ${isSound('history')} AS sound FROM history WHERE seq > ? ORDER BY seq LIMIT ?`)
    this.#committed = prepare('SELECT seq FROM meta')
  }

  history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number): HistoryPage {
    const id = this.#idOf.get(of)?.['id'] as number | undefined
    const ranges = id === undefined ? [] : this.#ranges(reader, of, id)
    const before = (seq: number, count: number) => this.#before(id ?? 0, ranges, seq, count)
    const after = (seq: number, count: number) => this.#after(id ?? 0, ranges, seq, count)
    if (at === 'end' || 'before' in at) {
      const end = at === 'end' ? whole.last : at.before
      const found = before(end, limit + 1)
      const more = { before: found.length > limit, after: at !== 'end' && after(end - 1, 1).length > 0 }
      return { messages: found.slice(0, limit).toReversed(), more }
    }
    if ('after' in at) {
      const found = after(at.after, limit + 1)
      const more = { before: before(at.after + 1, 1).length > 0, after: found.length > limit }
      return { messages: found.slice(0, limit), more }
    }
    const half = Math.floor(limit / 2)
    const older = before(at.around, half + 1)
    const some = older.slice(0, half).toReversed()
    const newer = after(at.around - 1, limit - some.length + 1)
    const messages = [...some, ...newer.slice(0, limit - some.length)]
    return { messages, more: { before: older.length > half, after: newer.length > limit - some.length } }
  }

  since(reader: Reader, after: number, limit: number): HistoryStretch {
    return this.#piece(reader, after, limit, (bound) => this.#stretch.iterate(...scope(reader), after, bound, limit))
  }

  export(reader: Reader, after: number, limit: number): HistoryStretch {
    const { name, registered, since } = reader
    const own = [name, registered ? 0 : 1, registered ? 0 : since]
    return this.#piece(reader, after, limit, (bound) => {
      return this.#own.iterate(...scope(reader), after, bound, limit, ...own)
    })
  }

  search(reader: Reader, { text, of, before, limit }: HistorySearch): readonly KeptMessage[] {
    const words = wordsOf(text)
    const scopes = words.length > 0 ? this.#scopes(reader, of) : []
    if (scopes.length === 0) return []
    const match = `text : (${words.map((word) => `"${word}"`).join(' AND ')} *) AND scope : (${scopes.join(' OR ')})`
    const found = this.#search.all(...scope(reader), match, before ?? whole.last, limit)
    // What stands in for the others was not searched for.
    return found.map((row) => this.#messageOf(row)).filter((_, at) => found[at]!['sound'] === 1)
  }

  conversations(reader: Reader): readonly ConversationSummary[] {
    const summaries: ConversationSummary[] = []
    for (const { id, key } of this.#conversations.all(...scope(reader)) as { id: number; key: ConversationKey }[]) {
      const ranges = this.#ranges(reader, key, id)
      const [last] = this.#before(id, ranges, whole.last, 1)
      if (!last) continue
      const mark = this.#markOf(reader, key)
      summaries.push({ conversation: key, last, mark, unread: this.#countUnread(reader, id, ranges, mark) })
    }
    return summaries.sort((one, other) => other.last.seq - one.last.seq).slice(0, mostConversations)
  }

  message(reader: Reader, seq: number): KeptMessage | null {
    const row = this.#message.get(...scope(reader), seq)
    return row ? this.#messageOf(row) : null
  }

  among(of: ConversationKey, seqs: readonly number[]): readonly number[] {
    return this.#among.all(JSON.stringify(seqs), of).map(({ seq }) => seq as number)
  }

  /** Looks at the checksums of some rows. Returns the last of them; null: there are no more. */
  check(after: number, limit: number): number | null {
    const found = this.#checked.all(after, limit) as { seq: number; of: string; sound: number }[]
    for (const { seq, of, sound } of found) if (sound !== 1) this.#note({ table: 'history', row: String(seq), of })
    return found.length < limit ? null : found.at(-1)!.seq
  }

  /** A piece of all that is behind `after`. It looks at so many rows and has so many bytes at most. */
  #piece(reader: Reader, after: number, limit: number, read: (bound: number) => Iterable<Row>): HistoryStretch {
    const { last, count } = this.#bound.get(after, rowsPerRead) as { last: number | null; count: number }
    const lost = this.#lost.all(...scope(reader), after).map(({ key }) => key as ConversationKey)
    const committed = Math.max(this.#committed.get()!['seq'] as number, after)
    const messages: KeptMessage[] = []
    let bytes = 0
    for (const row of last === null ? [] : read(last)) {
      const message = this.#messageOf(row)
      messages.push(message)
      bytes += utf8Bytes(message.text) + (message.sessionKey?.length ?? 0)
      if (bytes >= bytesPerStretch) break
    }
    const isCut = messages.length === limit || bytes >= bytesPerStretch
    if (isCut && messages.at(-1)!.seq < last!) return { messages, upTo: messages.at(-1)!.seq, complete: false, lost }
    const complete = count < rowsPerRead
    return { messages, upTo: complete ? committed : last!, complete, lost }
  }

  /** The newest first. */
  #before(id: number, ranges: readonly Range[], seq: number, count: number): KeptMessage[] {
    const found: KeptMessage[] = []
    for (const { first, last } of ranges.toReversed()) {
      if (found.length >= count) break
      const to = Math.min(last, seq - 1)
      if (to >= first)
        found.push(...this.#newest.all(id, first, to, count - found.length).map((row) => this.#messageOf(row)))
    }
    return found
  }

  /** The oldest first. */
  #after(id: number, ranges: readonly Range[], seq: number, count: number): KeptMessage[] {
    const found: KeptMessage[] = []
    for (const { first, last } of ranges) {
      if (found.length >= count) break
      const from = Math.max(first, seq + 1)
      if (from <= last)
        found.push(...this.#oldest.all(id, from, last, count - found.length).map((row) => this.#messageOf(row)))
    }
    return found
  }

  /** 0: nothing is read, or what was noted is damaged. */
  #markOf({ name }: Reader, of: ConversationKey): number {
    const row = this.#mark.get(name, of)
    if (!row) return 0
    if (row['sound'] === 1) return row['seq'] as number
    this.#note({ table: 'marks', row: `${name} ${of}`, of: name })
    return 0
  }

  #messageOf({ sound, ...row }: Row): KeptMessage {
    const message = { ...row, guest: row['guest'] === 1 } as unknown as KeptMessage
    if (sound === 1) return message
    const { seq, at, conversation, to } = message
    this.#note({ table: 'history', row: String(seq), of: to })
    const none = { sessionKey: null, nonce: null, target: null }
    return { seq, at, conversation, kind: 'text', from: server, guest: false, to, text: standInText, ...none }
  }

  #countUnread({ name }: Reader, id: number, ranges: readonly Range[], mark: number): number {
    let unread = 0
    for (const { first, last } of ranges) {
      if (last > mark) unread += Number(this.#unread.get(id, Math.max(first, mark + 1), last, name)!['count'])
    }
    return Math.min(unread, mostUnread)
  }

  /** What the reader may read of one conversation, oldest first. */
  #ranges(reader: Reader, conversation: ConversationKey, id: number): readonly Range[] {
    if (conversation === everyone) return reader.everyone ? [whole] : []
    if (kindOf(conversation) === 'private') {
      return reader.registered && partiesOf(conversation).includes(reader.name) ? [whole] : []
    }
    if (!reader.registered) {
      const joined = reader.joined.find(({ group }) => groupConversation(group) === conversation)
      return joined ? [{ first: joined.since + 1, last: whole.last }] : []
    }
    const stays = this.#stays.all(reader.name, id) as { begun: number; ended: number | null }[]
    return stays.map(({ begun, ended }) => ({ first: begun + 1, last: ended ?? whole.last }))
  }

  /** The words of which a message that the reader may read has one. */
  #scopes(reader: Reader, of: ConversationKey | null): readonly string[] {
    if (of !== null) {
      const id = this.#idOf.get(of)?.['id'] as number | undefined
      if (id === undefined || this.#ranges(reader, of, id).length === 0) return []
      if (kindOf(of) !== 'private') return [conversationScope(id)]
      return [`(${partiesOf(of).map(userScope).join(' AND ')})`]
    }
    const found = this.#conversations.all(...scope(reader)) as { id: number; key: ConversationKey }[]
    const shared = found.filter(({ key }) => kindOf(key) !== 'private').map(({ id }) => conversationScope(id))
    return reader.registered ? [...shared, userScope(reader.name)] : shared
  }
}

/** The first three parameters of `readable`. */
function scope({ everyone: all, registered, name, joined }: Reader): [number, string, string] {
  const groups = joined.map(({ group, since }) => ({ of: groupConversation(group), since }))
  return [all ? 1 : 0, registered ? name : '', JSON.stringify(groups)]
}

const words = /[\p{L}\p{N}\p{M}]+/gu

function wordsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(words), ([word]) => word)
}
