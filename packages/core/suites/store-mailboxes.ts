import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import type { MailboxLimits, Store } from '../src/ports/store.ts'
import { done, fail, ok } from '../src/result.ts'
import { named } from './named.ts'
import type { WithStore } from './store-suite.ts'

const ample = { perPair: 100, perRecipient: 200 }
const alice = named('Alice')
const bob = named('Bob')
const toAlice = keyOf(alice)
const toBob = keyOf(bob)

export function mailboxTests(withStore: WithStore): void {
  /** Alice and Bob have accounts. */
  const withMailboxes = (limits: MailboxLimits, body: (store: Store) => Promise<void>): Promise<void> =>
    withStore(limits, async (store) => {
      for (const name of [alice, bob]) assert.deepEqual(await store.accounts.add({ name, hash: 'h' }), done)
      await body(store)
    })

  test('a letter comes back exactly as it was put, text of any kind included', () =>
    withMailboxes(ample, async ({ mailboxes }) => {
      const texts = ['hi', '', ' a\nb\tc ', 'ä 漢 🔑', 'nul \0 within', '\u001b[31m', "'; --", 'x'.repeat(70_000)]
      for (const [index, text] of texts.entries()) {
        const letter = { from: bob, text, at: 1_700_000_000_000 + index }
        const put = await mailboxes.put(toAlice, letter)
        assert.ok(put.ok)
        assert.deepEqual(put.value, { ...letter, id: put.value.id })
        assert.deepEqual(await mailboxes.after(toAlice, put.value.id - 1, 1), ok([put.value]))
      }
    }))

  test('a guest can write, nobody can write to one', () =>
    withMailboxes(ample, async ({ mailboxes }) => {
      const guest = named('Guest')
      assert.ok((await mailboxes.put(toAlice, { from: guest, text: 'hi', at: 1 })).ok)
      assert.deepEqual(await mailboxes.put(keyOf(guest), { from: alice, text: 'hi', at: 1 }), fail('no-such-account'))
      assert.deepEqual(await mailboxes.after(keyOf(guest), 0, 9), ok([]))
      assert.deepEqual(await mailboxes.remove(keyOf(guest), [1]), done)
    }))

  test('ids grow with the order of arrival, and the oldest after an id are read, as many as asked for', () =>
    withMailboxes(ample, async (store) => {
      const ids = await putAll(store, ['1', '2', '3', '4', '5'])
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      )
      assert.equal(new Set(ids).size, 5)
      assert.deepEqual(await textsOf(store, 0, 3), ['1', '2', '3'])
      assert.deepEqual(await textsOf(store, ids[2]!, 3), ['4', '5'])
      assert.deepEqual(await textsOf(store, ids[4]!, 3), [])
      assert.deepEqual(await textsOf(store, 0, 0), [])
    }))

  test('what was removed is gone and the rest stays; ids that are not there are passed over', () =>
    withMailboxes(ample, async (store) => {
      const ids = await putAll(store, ['1', '2', '3', '4'])
      assert.deepEqual(await store.mailboxes.remove(toAlice, []), done)
      assert.deepEqual(await store.mailboxes.remove(toAlice, [ids[2]!, 999_999, ids[0]!, ids[0]!]), done)
      assert.deepEqual(await store.mailboxes.remove(toAlice, [ids[0]!]), done)
      assert.deepEqual(await textsOf(store, 0, 100), ['2', '4'])
    }))

  test('nobody removes a letter from another one’s mailbox', () =>
    withMailboxes(ample, async (store) => {
      const ids = await putAll(store, ['1'])
      assert.deepEqual(await store.mailboxes.remove(toBob, ids), done)
      assert.deepEqual(await textsOf(store, 0, 100), ['1'])
    }))

  test('an id is never given twice, also when the newest letter or the whole account has gone', () =>
    withMailboxes(ample, async (store) => {
      const [first] = await putAll(store, ['1'])
      await store.mailboxes.remove(toAlice, [first!])
      const [second] = await putAll(store, ['2'])
      assert.ok(second! > first!)
      await store.accounts.remove(toAlice)
      await store.accounts.add({ name: alice, hash: 'h' })
      const [third] = await putAll(store, ['3'])
      assert.ok(third! > second!)
    }))

  test('a pair’s limit counts by sender without regard to case, and leaves others alone', () =>
    withMailboxes({ perPair: 2, perRecipient: 10 }, async (store) => {
      const from = (name: string) => store.mailboxes.put(toAlice, { from: named(name), text: 't', at: 1 })
      assert.ok((await from('carol')).ok)
      assert.ok((await from('CAROL')).ok)
      assert.deepEqual(await from('Carol'), fail('mailbox-full'))
      assert.ok((await from('dave')).ok)
      assert.ok((await store.mailboxes.put(toBob, { from: named('carol'), text: 't', at: 1 })).ok)
    }))

  test('a recipient’s limit counts all senders, and other recipients not', () =>
    withMailboxes({ perPair: 2, perRecipient: 3 }, async (store) => {
      const put = (to: typeof toAlice, from: string) => store.mailboxes.put(to, { from: named(from), text: 't', at: 1 })
      for (const from of ['a', 'b', 'c']) assert.ok((await put(toAlice, from)).ok)
      assert.deepEqual(await put(toAlice, 'd'), fail('mailbox-full'))
      assert.ok((await put(toBob, 'd')).ok)
    }))

  test('what was removed makes room, as many as were removed; what was refused takes none', () =>
    withMailboxes({ perPair: 2, perRecipient: 2 }, async (store) => {
      const [first] = await putAll(store, ['1', '2'])
      for (const text of ['x', 'y'])
        assert.deepEqual(await store.mailboxes.put(toAlice, { from: bob, text, at: 1 }), fail('mailbox-full'))
      await store.mailboxes.remove(toAlice, [first!, first!, 999_999])
      await putAll(store, ['3'])
      assert.deepEqual(await store.mailboxes.put(toAlice, { from: bob, text: '4', at: 1 }), fail('mailbox-full'))
      assert.deepEqual(await textsOf(store, 0, 100), ['2', '3'])
    }))

  test('a new account of an old name starts with an empty count', () =>
    withMailboxes({ perPair: 1, perRecipient: 1 }, async (store) => {
      await putAll(store, ['1'])
      await store.accounts.remove(toAlice)
      await store.accounts.add({ name: alice, hash: 'h' })
      await putAll(store, ['2'])
      assert.deepEqual(await textsOf(store, 0, 100), ['2'])
    }))

  test('of many letters at once exactly as many as fit are taken, the first ones', () =>
    withMailboxes({ perPair: 5, perRecipient: 5 }, async (store) => {
      const texts = Array.from({ length: 8 }, (_, index) => `${index}`)
      const puts = await Promise.all(texts.map((text) => store.mailboxes.put(toAlice, { from: bob, text, at: 1 })))
      assert.deepEqual(
        puts.map((put) => put.ok || put.fail),
        [true, true, true, true, true, 'mailbox-full', 'mailbox-full', 'mailbox-full'],
      )
      assert.deepEqual(await textsOf(store, 0, 100), ['0', '1', '2', '3', '4'])
    }))

  test('calls take effect in the order they were made, without waiting for their answers', () =>
    withMailboxes(ample, async ({ accounts, mailboxes }) => {
      const carol = named('Carol')
      const letter = { from: bob, text: 'hi', at: 1 }
      const answers = await Promise.all([
        mailboxes.put(keyOf(carol), letter),
        accounts.add({ name: carol, hash: 'h1' }),
        accounts.find(keyOf(carol)),
        mailboxes.put(keyOf(carol), letter),
        mailboxes.after(keyOf(carol), 0, 9),
        accounts.setHash(keyOf(carol), 'h2'),
        accounts.remove(keyOf(carol)),
        accounts.find(keyOf(carol)),
        mailboxes.after(keyOf(carol), 0, 9),
      ])
      const stored = answers[3]
      assert.ok(stored.ok)
      assert.deepEqual(answers, [
        fail('no-such-account'),
        done,
        ok({ name: carol, hash: 'h1' }),
        ok({ ...letter, id: stored.value.id }),
        ok([stored.value]),
        done,
        done,
        ok(null),
        ok([]),
      ])
    }))
}

/** To Alice from Bob, one after the other; their ids. */
async function putAll(store: Store, texts: readonly string[]): Promise<number[]> {
  const ids: number[] = []
  for (const text of texts) {
    const put = await store.mailboxes.put(toAlice, { from: bob, text, at: 1 })
    assert.ok(put.ok)
    ids.push(put.value.id)
  }
  return ids
}

async function textsOf(store: Store, id: number, limit: number): Promise<string[]> {
  const letters = await store.mailboxes.after(toAlice, id, limit)
  assert.ok(letters.ok)
  return letters.value.map(({ text }) => text)
}
