import { done, fail, keyOf, ok, type Letter, type MailboxLimits, type Store } from '@parley/core'
import type { DatabaseSync } from 'node:sqlite'
import type { GroupCommit } from './group-commit.ts'

/** Private messages that wait. */
export function sqliteMailboxes(
  database: DatabaseSync,
  commits: GroupCommit,
  limits: MailboxLimits,
): Store['mailboxes'] {
  const recipient = database.prepare(`
    SELECT accounts.id, accounts.waiting, coalesce(pairs.waiting, 0) AS ofPair
    FROM accounts LEFT JOIN pairs ON pairs.recipient = accounts.id AND pairs.sender_key = ?
    WHERE accounts.key = ?`)
  const put = database.prepare('INSERT INTO letters (recipient, sender_key, sender, text, at) VALUES (?, ?, ?, ?, ?)')
  const after = database.prepare(`
    SELECT id, sender AS "from", text, at FROM letters
    WHERE recipient = (SELECT id FROM accounts WHERE key = ?) AND id > ?
    ORDER BY id LIMIT ?`)
  const remove = database.prepare(`
    DELETE FROM letters
    WHERE id IN (SELECT value FROM json_each(?)) AND recipient = (SELECT id FROM accounts WHERE key = ?)`)

  return {
    put: (to, letter) =>
      commits.change(() => {
        const senderKey = keyOf(letter.from)
        const found = recipient.get(senderKey, to)
        if (!found) return fail('no-such-account')
        const { id, waiting, ofPair } = found
        if (Number(waiting) >= limits.perRecipient || Number(ofPair) >= limits.perPair) return fail('mailbox-full')
        const { lastInsertRowid } = put.run(Number(id), senderKey, letter.from, letter.text, letter.at)
        return ok({ ...letter, id: Number(lastInsertRowid) })
      }),
    after: (to, id, limit) => commits.read(() => after.all(to, id, limit).map(letterOf)),
    remove: (to, ids) =>
      commits.change(() => {
        remove.run(JSON.stringify(ids), to)
        return done
      }),
  }
}

function letterOf(row: object): Letter {
  const { id, from, text, at } = row as Letter
  return { id, from, text, at }
}
