import assert from 'node:assert/strict'
import { keyOf, parseGroupName, type GroupName } from '../src/names.ts'
import type { StoredMessage, Write } from '../src/writes.ts'
import { named } from './named.ts'

// Writes as the store's tests speak of them: by plain names.

export function group(text: string): GroupName {
  const name = parseGroupName(text)
  assert.ok(name.ok, `${text} is no group name`)
  return name.value
}

export function account(name: string, hash = 'h', version = 1): Write {
  return { write: 'account.put', account: { name: named(name), hash, version } }
}

export function noAccount(name: string): Write {
  return { write: 'account.remove', account: keyOf(named(name)) }
}

/** From Bob, a guest, unless something else is said. */
export function message(to: string, id: number, text = `text ${id}`, more: Partial<StoredMessage> = {}): StoredMessage {
  return { id, to: keyOf(named(to)), from: named('Bob'), guest: true, text, at: 1_700_000_000_000 + id, ...more }
}

export function putMessage(put: StoredMessage): Write {
  return { write: 'message.put', message: put }
}

export function noMessages(to: string, ...ids: number[]): Write {
  return { write: 'messages.remove', to: keyOf(named(to)), ids }
}

export function groupOf(name: string, ...banned: string[]): Write {
  return { write: 'group.put', group: group(name), banned: banned.map((each) => keyOf(named(each))) }
}

export function noGroup(name: string): Write {
  return { write: 'group.remove', group: keyOf(group(name)) }
}

export function join(name: string, member: string): Write {
  return { write: 'group.join', group: keyOf(group(name)), member: named(member) }
}

export function leave(name: string, member: string): Write {
  return { write: 'group.leave', group: keyOf(group(name)), member: keyOf(named(member)) }
}

export function ban(name: string, user: string): Write {
  return { write: 'group.ban', group: keyOf(group(name)), user: keyOf(named(user)) }
}
