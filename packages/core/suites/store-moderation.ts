import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditedAtMost } from '../src/moderation-state.ts'
import { keyOf } from '../src/names.ts'
import type { Sanction } from '../src/sanctions.ts'
import type { Write } from '../src/writes.ts'
import { named } from './named.ts'
import type { WithStore } from './store-driver.ts'

const ban: Sanction = {
  measure: 'ban',
  subject: { kind: 'address', value: '192.0.2.0/24' },
  reason: 'spam',
  until: 5,
  by: 'root',
  at: 1,
}
const mute: Sanction = { ...ban, measure: 'mute', subject: { kind: 'name', value: 'eve' }, until: null }

function audited(seq: number): Write {
  return { write: 'audit.put', entry: { seq, at: seq, by: 'root', action: 'kick', subject: 'eve', detail: '' } }
}

export function moderationTests(withStore: WithStore): void {
  test('sanctions are kept, one of a measure for each subject, until they are removed', () =>
    withStore(async (driver) => {
      const put = (sanction: Sanction): Write => ({ write: 'sanction.put', sanction })
      await driver.commit(put(ban), put(mute), put({ ...ban, reason: 'more spam' }))
      assert.deepEqual((await driver.load()).moderation.sanctions, [{ ...ban, reason: 'more spam' }, mute])
      await driver.commit({ write: 'sanction.remove', measure: 'ban', subject: ban.subject })
      assert.deepEqual((await driver.load()).moderation.sanctions, [mute])
    }))

  test('the level and the rate of everybody are the last ones', () =>
    withStore(async (driver) => {
      await driver.commit({ write: 'moderation.put', level: 'no-guests', slow: { messages: 1, seconds: 10 } })
      const { level, slow } = (await driver.load()).moderation
      assert.deepEqual([level, slow], ['no-guests', { messages: 1, seconds: 10 }])
      await driver.commit({ write: 'moderation.put', level: 'open', slow: null })
      assert.equal((await driver.load()).moderation.slow, null)
    }))

  test('who is an admin is kept until it is taken back or the account is removed', () =>
    withStore(async (driver) => {
      const account = (name: string): Write => ({
        write: 'account.put',
        account: { name: named(name), hash: 'h', version: 1 },
      })
      const admin = (name: string, isAdmin = true): Write => ({
        write: 'admin.put',
        account: keyOf(named(name)),
        isAdmin,
      })
      await driver.commit(account('Cas'), account('ann'), account('bob'), admin('Cas'), admin('ann'), admin('bob'))
      await driver.commit(admin('bob', false), admin('ann'))
      assert.deepEqual((await driver.load()).moderation.admins, ['ann', 'cas'])
      await driver.commit({ write: 'account.remove', account: keyOf(named('Cas')) })
      await driver.commit(account('Cas'))
      assert.deepEqual((await driver.load()).moderation.admins, ['ann'])
    }))

  test('the newest of what operators did is kept', () =>
    withStore(async (driver) => {
      await driver.commit(...Array.from({ length: auditedAtMost + 2 }, (_, at) => audited(at + 1)))
      const { audit } = (await driver.load()).moderation
      assert.deepEqual([audit.length, audit[0]?.seq, audit.at(-1)?.seq], [auditedAtMost, 3, auditedAtMost + 2])
    }))
}
