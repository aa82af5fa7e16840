import {
  groupConversation,
  kindOf,
  partiesOf,
  type ConversationKey,
  type KeptMessage,
  type NameKey,
  type Write,
} from '@parley/core'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { conversationScope, userScope } from './history-scopes.ts'

type Named<W> = Extract<Write, { write: W }>

/** Carries out the writes of history. Throws what SQLite throws. */
export class HistoryWrites {
  readonly #conversation: StatementSync
  readonly #addConversation: StatementSync
  readonly #addParty: StatementSync
  readonly #put: StatementSync
  readonly #putWords: StatementSync
  readonly #counted: StatementSync
  readonly #weighed: StatementSync
  readonly #delete: StatementSync
  readonly #text: StatementSync
  readonly #deleteWords: StatementSync
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #forgetEmptyStay: StatementSync
  readonly #ofAccount: StatementSync
  readonly #conversationsOf: StatementSync
  readonly #ofConversation: StatementSync
  readonly #removeRow: StatementSync
  readonly #removeConversation: StatementSync
  readonly #removeStays: StatementSync
  readonly #tooMany: StatementSync
  readonly #tooOld: StatementSync
  readonly #oldest: StatementSync
  readonly #oldestOfAll: StatementSync
  readonly #pruned: StatementSync
  readonly #bytes: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql)
    this.#conversation = prepare('SELECT id FROM conversations WHERE key = ?')
    this.#addConversation = prepare('INSERT INTO conversations (key, kind) VALUES (?, ?) RETURNING id')
    this.#addParty = prepare('INSERT INTO parties (user_key, conversation) VALUES (?, ?) ON CONFLICT DO NOTHING')
    this.#put = prepare(`
      INSERT INTO history (seq, at, conversation, kind, sender, guest, receiver, text, session_key, nonce, target, checksum)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
        checksum_of(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11))
      ON CONFLICT DO NOTHING`)
    this.#putWords = prepare('INSERT INTO history_words (rowid, text, scope) VALUES (?, ?, ?)')
    this.#counted = prepare(`
      UPDATE conversations SET messages = messages + 1, oldest = coalesce(oldest, ?) WHERE id = ?`)
    this.#weighed = prepare('UPDATE counters SET bytes = bytes + ?')
    this.#text = prepare(`SELECT kind, octet_length(text) AS bytes FROM history WHERE seq = ? AND kind <> 'deleted'`)
    this.#delete = prepare(`
      UPDATE history SET kind = 'deleted', text = '', session_key = NULL,
        checksum = checksum_of(seq, at, conversation, 'deleted', sender, guest, receiver, '', NULL, nonce, target)
      WHERE seq = ?`)
    this.#deleteWords = prepare('DELETE FROM history_words WHERE rowid = ?')
    this.#begin = prepare(`
      INSERT INTO stays (user_key, conversation, begun) SELECT ?1, ?2, ?3
      WHERE NOT EXISTS (SELECT 1 FROM stays WHERE user_key = ?1 AND conversation = ?2 AND ended IS NULL)
      ON CONFLICT DO NOTHING`)
    this.#end = prepare('UPDATE stays SET ended = ?3 WHERE user_key = ?1 AND conversation = ?2 AND ended IS NULL')
    this.#forgetEmptyStay = prepare(`
      DELETE FROM stays WHERE user_key = ?1 AND conversation = ?2 AND ended = ?3 AND NOT EXISTS (
        SELECT 1 FROM history WHERE conversation = ?2 AND seq > begun AND seq < ended)`)
    this.#ofAccount = prepare(`
      SELECT seq, conversation, kind, octet_length(text) AS bytes FROM history WHERE lower(sender) = ? AND guest = 0`)
    this.#conversationsOf = prepare('SELECT conversation FROM parties WHERE user_key = ?')
    this.#ofConversation = prepare(`
      SELECT seq, conversation, kind, octet_length(text) AS bytes FROM history WHERE conversation = ?`)
    this.#removeRow = prepare('DELETE FROM history WHERE seq = ?')
    this.#removeConversation = prepare('DELETE FROM conversations WHERE id = ?')
    this.#removeStays = prepare('DELETE FROM stays WHERE user_key = ?')
    this.#tooMany = prepare('SELECT id, messages FROM conversations WHERE kind = ? AND messages > ? LIMIT ?')
    this.#tooOld = prepare('SELECT id FROM conversations WHERE kind = ? AND oldest < ? ORDER BY oldest LIMIT ?')
    this.#oldest = prepare(`
      SELECT seq, conversation, kind, octet_length(text) AS bytes FROM history
      WHERE conversation = ? AND at < ? ORDER BY seq LIMIT ?`)
    this.#oldestOfAll = prepare(`
      SELECT seq, conversation, kind, octet_length(text) AS bytes FROM history ORDER BY seq LIMIT ?`)
    this.#pruned = prepare(`
      UPDATE conversations SET pruned = max(pruned, ?2), messages = messages - ?3,
        oldest = (SELECT at FROM history WHERE conversation = ?1 ORDER BY seq LIMIT 1)
      WHERE id = ?1`)
    this.#bytes = prepare('SELECT bytes FROM counters')
  }

  put({ message }: Named<'history.put'>): void {
    const { seq, at, kind, from, guest, to, text, sessionKey, nonce, target } = message
    const conversation = this.#idOf(message.conversation)
    const row = [seq, at, conversation, kind, from, guest ? 1 : 0, to, text, sessionKey, nonce, target]
    if (this.#put.run(...row).changes === 0) return
    this.#counted.run(at, conversation)
    this.#weighed.run(Buffer.byteLength(text))
    if (kind === 'text') this.#putWords.run(seq, text, scopeOf(message, conversation))
  }

  /** The row keeps its place, without its text. */
  delete({ seq }: Named<'history.delete'>): void {
    const row = this.#text.get(seq) as { kind: string; bytes: number } | undefined
    if (!row) return
    this.#delete.run(seq)
    this.#weighed.run(-row.bytes)
    if (row.kind === 'text') this.#deleteWords.run(seq)
  }

  beginStay({ group, user, seq }: Named<'stay.begin'>): void {
    this.#begin.run(user, this.#idOf(groupConversation(group)), seq)
  }

  /** A stay in which nothing was said is as none. */
  endStay({ group, user, seq }: Named<'stay.end'>): void {
    const conversation = this.#idOf(groupConversation(group))
    if (this.#end.run(user, conversation, seq).changes > 0) this.#forgetEmptyStay.run(user, conversation, seq)
  }

  /** What the account wrote, its private conversations and its stays. */
  removeAccount(account: NameKey): void {
    this.#remove(this.#ofAccount.all(account) as unknown as readonly Row[], null)
    for (const { conversation } of this.#conversationsOf.all(account) as { conversation: number }[]) {
      this.#remove(this.#ofConversation.all(conversation) as unknown as readonly Row[], null)
      this.#removeConversation.run(conversation)
    }
    this.#removeStays.run(account)
  }

  prune({ prune: { kinds, bytes, rows } }: Named<'history.prune'>): void {
    let left = rows
    const prune = (found: readonly Row[]) => {
      this.#remove(found, 'pruned')
      left -= found.length
    }
    for (const [kind, { before, messages }] of Object.entries(kinds)) {
      for (const { id, messages: many } of this.#tooMany.all(kind, messages, left) as {
        id: number
        messages: number
      }[]) {
        prune(this.#oldestOf(id, Number.MAX_SAFE_INTEGER, Math.min(many - messages, left)))
      }
      for (const { id } of this.#tooOld.all(kind, before, left) as { id: number }[])
        prune(this.#oldestOf(id, before, left))
    }
    const { bytes: total } = this.#bytes.get() as { bytes: number }
    if (total > bytes && left > 0) prune(this.#excess(total - bytes, left))
  }

  #oldestOf(conversation: number, before: number, limit: number): readonly Row[] {
    return limit > 0 ? (this.#oldest.all(conversation, before, limit) as unknown as readonly Row[]) : []
  }

  /** The oldest of all that have so many bytes together. */
  #excess(bytes: number, limit: number): readonly Row[] {
    const rows: Row[] = []
    let found = 0
    for (const row of this.#oldestOfAll.all(limit) as unknown as readonly Row[]) {
      if (found >= bytes) break
      rows.push(row)
      found += row.bytes
    }
    return rows
  }

  /** `why` null: whoever catches up has not missed them. */
  #remove(rows: readonly Row[], why: 'pruned' | null): void {
    const perConversation = new Map<number, { last: number; count: number }>()
    let bytes = 0
    for (const row of rows) {
      this.#removeRow.run(row.seq)
      if (row.kind === 'text') this.#deleteWords.run(row.seq)
      bytes += row.bytes
      const counted = perConversation.get(row.conversation) ?? { last: 0, count: 0 }
      perConversation.set(row.conversation, { last: Math.max(counted.last, row.seq), count: counted.count + 1 })
    }
    for (const [id, { last, count }] of perConversation) this.#pruned.run(id, why ? last : 0, count)
    if (bytes > 0) this.#weighed.run(-bytes)
  }

  #idOf(conversation: ConversationKey): number {
    const known = this.#conversation.get(conversation)
    if (known) return known['id'] as number
    const id = this.#addConversation.get(conversation, kindOf(conversation))!['id'] as number
    if (kindOf(conversation) === 'private') for (const user of partiesOf(conversation)) this.#addParty.run(user, id)
    return id
  }
}

interface Row {
  readonly seq: number
  readonly conversation: number
  readonly kind: string
  readonly bytes: number
}

function scopeOf({ conversation }: KeptMessage, id: number): string {
  return kindOf(conversation) === 'private' ? partiesOf(conversation).map(userScope).join(' ') : conversationScope(id)
}
