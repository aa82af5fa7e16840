import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyone, groupConversation, privateConversation, type ConversationKey } from '../src/conversation.ts'
import type { KeptMessage } from '../src/kept-message.ts'
import { keyOf } from '../src/names.ts'
import type { HistoryPosition, HistoryStretch, Reader } from '../src/ports/history-store.ts'
import type { HistoryPrune, Write } from '../src/writes.ts'
import { named } from './named.ts'
import type { StoreDriver, WithStore } from './store-driver.ts'
import { account, message, noAccount, putMessage } from './store-writes.ts'

const [alice, bob, carol] = ['Alice', 'Bob', 'Carol'].map((name) => keyOf(named(name)))
const cats = groupConversation(keyOf(named('cats')))
const ofTwo = privateConversation(alice!, bob!)
const forever: HistoryPrune = {
  kinds: {
    everyone: { before: 0, messages: 1_000 },
    group: { before: 0, messages: 1_000 },
    private: { before: 0, messages: 1_000 },
  },
  bytes: 1_000_000,
  rows: 1_000,
}

/** A message from Bob, who is registered, to everybody, unless something else is said. */
function kept(seq: number, text = `text ${seq}`, more: Partial<KeptMessage> = {}): KeptMessage {
  const said = { seq, at: 1_000 + seq, conversation: everyone, kind: 'text', from: named('Bob'), guest: false } as const
  return { ...said, to: '*', text, sessionKey: null, nonce: null, target: null, ...more }
}

function inCats(seq: number, text?: string): KeptMessage {
  return kept(seq, text, { conversation: cats, to: '#Cats' })
}

function toAlice(seq: number, text?: string): KeptMessage {
  return kept(seq, text, { conversation: ofTwo, to: '@Alice' })
}

const put = (written: KeptMessage): Write => ({ write: 'history.put', message: written })
const begin = (user: string, seq: number): Write => stay('stay.begin', user, seq)
const end = (user: string, seq: number): Write => stay('stay.end', user, seq)
const prune = (more: Partial<HistoryPrune>): Write => ({ write: 'history.prune', prune: { ...forever, ...more } })

function stay(write: 'stay.begin' | 'stay.end', user: string, seq: number): Write {
  return { write, group: keyOf(named('cats')), user: keyOf(named(user)), seq }
}

/** A registered user. */
function reader(name: string, more: Partial<Reader> = {}): Reader {
  return { name: keyOf(named(name)), registered: true, since: 0, everyone: true, joined: [], ...more }
}

function guest(name: string, more: Partial<Reader> = {}): Reader {
  return reader(name, { registered: false, ...more })
}

async function page(driver: StoreDriver, who: Reader, of: ConversationKey, at: HistoryPosition, limit = 99) {
  const read = await driver.store.history(who, of, at, limit)
  assert.ok(read.ok)
  const { messages, more } = read.value
  return [messages.map(({ seq }) => seq), more.before, more.after]
}

async function since(driver: StoreDriver, who: Reader, after: number, limit = 99): Promise<HistoryStretch> {
  const read = await driver.store.since(who, after, limit)
  assert.ok(read.ok)
  return read.value
}

async function seqsFor(driver: StoreDriver, who: Reader): Promise<readonly number[]> {
  return (await since(driver, who, 0)).messages.map(({ seq }) => seq)
}

async function found(driver: StoreDriver, who: Reader, text: string, of: ConversationKey | null = null, before = 99) {
  const read = await driver.store.search(who, { text, of, before, limit: 9 })
  assert.ok(read.ok)
  return read.value.map(({ seq }) => seq)
}

export function historyTests(withStore: WithStore): void {
  test('a message that is kept comes back exactly as it was, of whatever kind', () =>
    withStore(async (driver) => {
      const messages = [
        kept(1, 'ä 漢 🔑 \0 \n', { guest: true, nonce: 'n-1' }),
        kept(2, 'opaque', { kind: 'sealed', conversation: ofTwo, to: '@Alice', sessionKey: 'K' }),
        kept(3, '', { kind: 'deleted', target: 1 }),
      ]
      await driver.commit(...messages.map(put), ...messages.map(put))
      assert.deepEqual((await since(driver, reader('alice'), 0)).messages, messages)
      for (const each of messages) {
        assert.deepEqual(await driver.store.message(reader('Bob'), each.seq), { ok: true, value: each })
      }
    }))

  test('pages of a conversation lie before, after and around a number, and say whether there is more', () =>
    withStore(async (driver) => {
      await driver.commit(...[10, 20, 30, 40, 50].map((seq) => put(kept(seq))), put(inCats(25)))
      const [who, of] = [guest('gast'), everyone]
      assert.deepEqual(await page(driver, who, of, 'end', 2), [[40, 50], true, false])
      assert.deepEqual(await page(driver, who, of, { before: 40 }, 2), [[20, 30], true, true])
      assert.deepEqual(await page(driver, who, of, { before: 20 }, 2), [[10], false, true])
      assert.deepEqual(await page(driver, who, of, { after: 20 }, 2), [[30, 40], true, true])
      assert.deepEqual(await page(driver, who, of, { after: 40 }, 2), [[50], true, false])
      assert.deepEqual(await page(driver, who, of, { around: 30 }, 3), [[20, 30, 40], true, true])
      assert.deepEqual(await page(driver, who, of, { around: 31 }, 2), [[30, 40], true, true])
      assert.deepEqual(await page(driver, who, of, { around: 5 }, 2), [[10, 20], false, true])
      assert.deepEqual(await page(driver, who, of, { after: 50 }), [[], true, false])
      assert.deepEqual(await page(driver, who, groupConversation(keyOf(named('dogs'))), 'end'), [[], false, false])
    }))

  test('a group is read by who was a member when it was said, and by guests since they joined', () =>
    withStore(async (driver) => {
      await driver.commit(begin('Alice', 10), put(inCats(11)), put(inCats(12)), end('Alice', 13), put(inCats(14)))
      await driver.commit(begin('Alice', 20), begin('Alice', 21), put(inCats(22)))
      assert.deepEqual(await seqsFor(driver, reader('Alice')), [11, 12, 22])
      assert.deepEqual(await page(driver, reader('Alice'), cats, 'end', 2), [[12, 22], true, false])
      assert.deepEqual(await page(driver, reader('Alice'), cats, { after: 11 }, 2), [[12, 22], true, false])
      assert.deepEqual(await seqsFor(driver, reader('Carol')), [])
      const joined = [{ group: keyOf(named('cats')), since: 12 }]
      assert.deepEqual(await seqsFor(driver, guest('gast', { joined })), [14, 22])
      assert.deepEqual(await page(driver, guest('gast', { joined }), cats, { before: 22 }), [[14], false, true])
      assert.deepEqual(await seqsFor(driver, guest('Alice')), [], 'a guest of that name is somebody else')
    }))

  test('private messages are read by the two, and what everybody said by guests where they may', () =>
    withStore(async (driver) => {
      await driver.commit(put(kept(1)), put(toAlice(2)))
      for (const name of ['alice', 'bob']) assert.deepEqual(await seqsFor(driver, reader(name)), [1, 2])
      assert.deepEqual(await seqsFor(driver, reader('carol')), [1])
      assert.deepEqual(await seqsFor(driver, guest('alice')), [1])
      assert.deepEqual(await seqsFor(driver, guest('alice', { everyone: false })), [])
      assert.deepEqual(await page(driver, reader('carol'), ofTwo, 'end'), [[], false, false])
      assert.deepEqual(await driver.store.message(reader('carol'), 2), { ok: true, value: null })
    }))

  test('everything behind a number comes in pieces, in order, and the last says up to where', () =>
    withStore(async (driver) => {
      await driver.commit(begin('Alice', 1), ...[2, 5, 8].map((seq) => put(kept(seq))), put(inCats(3)), put(toAlice(6)))
      await driver.store.commit([], 40, 40)
      const seen: number[] = []
      let piece = await since(driver, reader('Alice'), 2, 2)
      for (; !piece.complete; piece = await since(driver, reader('Alice'), piece.upTo, 2)) {
        seen.push(...piece.messages.map(({ seq }) => seq))
      }
      assert.deepEqual([...seen, ...piece.messages.map(({ seq }) => seq)], [3, 5, 6, 8])
      assert.equal(piece.upTo, 40)
      assert.deepEqual((await since(driver, reader('Alice'), 40)).messages, [])
    }))

  test('a message that is deleted keeps its place without its text, and is found no more', () =>
    withStore(async (driver) => {
      await driver.commit(put(kept(1, 'secret')), put(kept(2, 'open')))
      const remove: Write = { write: 'history.delete', seq: 1 }
      await driver.commit(remove, remove, { write: 'history.delete', seq: 9 })
      const [first] = (await since(driver, reader('Alice'), 0)).messages
      assert.deepEqual(first, kept(1, '', { kind: 'deleted' }))
      assert.deepEqual(await found(driver, reader('Alice'), 'secret'), [])
      assert.deepEqual(await found(driver, reader('Alice'), 'open'), [2])
    }))

  test('a search finds all words in any case, the last by its beginning, newest first, in what one may read', () =>
    withStore(async (driver) => {
      await driver.commit(
        begin('Carol', 1),
        put(kept(2, 'The quick brown fox')),
        put(inCats(3, 'a QUICK "fox"; DROP')),
        put(toAlice(4, 'quick, quick: foxes')),
        put(kept(5, 'quick', { kind: 'sealed', conversation: ofTwo, to: '@Alice' })),
      )
      assert.deepEqual(await found(driver, reader('Alice'), 'fox QUICK'), [2])
      assert.deepEqual(await found(driver, reader('Alice'), 'quick fox'), [4, 2])
      assert.deepEqual(await found(driver, reader('Carol'), 'quick fox'), [3, 2])
      assert.deepEqual(await found(driver, reader('Carol'), 'fox quick', cats), [3])
      assert.deepEqual(await found(driver, reader('Carol'), 'quick', ofTwo), [])
      assert.deepEqual(await found(driver, reader('Alice'), 'quick', ofTwo), [4])
      assert.deepEqual(await found(driver, reader('Alice'), 'quick', null, 4), [2])
      assert.deepEqual(await found(driver, guest('Alice'), 'quick'), [2])
      assert.deepEqual(await found(driver, guest('Alice', { everyone: false }), 'quick'), [])
      for (const text of ['', '"', '*', 'NOT', 'text :', 'nothing']) {
        assert.deepEqual(await found(driver, reader('Alice'), text), [], text)
      }
    }))

  test('conversations have their last message and what is unread behind the mark, the newest first', () =>
    withStore(async (driver) => {
      const mine = kept(6, 'mine', { conversation: ofTwo, to: '@Bob', from: named('Alice') })
      await driver.commit(account('Alice'), put(kept(1)), put(kept(2)), put(kept(3)), put(toAlice(5)), put(mine))
      await driver.commit({ write: 'mark.put', user: alice!, conversation: everyone, seq: 1 })
      const listed = await driver.store.conversations(reader('Alice'))
      assert.ok(listed.ok)
      assert.deepEqual(listed.value, [
        { conversation: ofTwo, last: mine, unread: 1, mark: 0 },
        { conversation: everyone, last: kept(3), unread: 2, mark: 1 },
      ])
      const ofGuest = await driver.store.conversations(guest('gast', { everyone: false }))
      assert.deepEqual(ofGuest, { ok: true, value: [] })
    }))

  test('what is too old or too much goes, the oldest first and so many at once, and whoever asks is told', () =>
    withStore(async (driver) => {
      await driver.commit(
        begin('Alice', 1),
        ...[2, 3, 4, 5].map((seq) => put(kept(seq))),
        put(inCats(6)),
        put(toAlice(7)),
      )
      const kinds = { ...forever.kinds, everyone: { before: 0, messages: 2 } }
      await driver.commit(prune({ kinds, rows: 1 }))
      assert.deepEqual(await seqsFor(driver, reader('Alice')), [3, 4, 5, 6, 7])
      await driver.commit(prune({ kinds }), prune({ kinds }))
      assert.deepEqual(await seqsFor(driver, reader('Alice')), [4, 5, 6, 7])
      await driver.commit(prune({ kinds: { ...forever.kinds, group: { before: 1_007, messages: 9 } } }))
      const { messages, lost } = await since(driver, reader('Alice'), 2)
      assert.deepEqual(
        [messages.map(({ seq }) => seq), lost.toSorted()],
        [
          [4, 5, 7],
          ['#cats', '*'],
        ],
      )
      assert.deepEqual((await since(driver, reader('Alice'), 3)).lost, ['#cats'])
      assert.deepEqual((await since(driver, reader('Alice'), 6)).lost, [])
      assert.deepEqual((await since(driver, reader('Carol'), 1)).lost, ['*'])
      assert.deepEqual(await found(driver, reader('Alice'), 'text'), [7, 5, 4])
      await driver.commit(prune({ bytes: 7 }))
      assert.deepEqual(await seqsFor(driver, reader('Alice')), [7])
    }))

  test('an account takes along what it wrote and its private messages, and nobody misses them', () =>
    withStore(async (driver) => {
      const ofGuest = kept(4, 'as a guest', { guest: true })
      const fromAlice = kept(5, 'from Alice', { from: named('Alice') })
      await driver.commit(account('Bob'), begin('Bob', 1), put(kept(2)), put(toAlice(3)), put(ofGuest), put(fromAlice))
      await driver.commit(noAccount('Bob'))
      assert.deepEqual(await seqsFor(driver, reader('Alice')), [4, 5])
      assert.deepEqual((await since(driver, reader('Alice'), 0)).lost, [])
      assert.deepEqual(await page(driver, reader('Bob'), cats, 'end'), [[], false, false])
    }))

  test('an export has what one wrote and all its private messages', () =>
    withStore(async (driver) => {
      const own = kept(4, 'own', { from: named('alice') })
      const asGuest = kept(5, 'guest', { from: named('Alice'), guest: true })
      await driver.commit(put(kept(2)), put(toAlice(3)), put(own), put(asGuest), put(kept(6)))
      const read = async (who: Reader) => {
        const piece = await driver.store.export(who, 0, 99)
        return piece.ok && piece.value.messages.map(({ seq }) => seq)
      }
      assert.deepEqual(await read(reader('Alice')), [3, 4])
      assert.deepEqual(await read(guest('Alice')), [5])
      assert.deepEqual(await read(guest('Alice', { since: 5 })), [])
    }))

  test('messages of the mailbox that are not in history are told apart', () =>
    withStore(async (driver) => {
      const messages = [3, 4, 5].map((id) => message('Alice', id))
      await driver.commit(account('Alice'), ...messages.map(putMessage), put(toAlice(4)))
      assert.deepEqual(await driver.store.unkept(alice!, 0, 9), { ok: true, value: [messages[0], messages[2]] })
      assert.deepEqual(await driver.store.unkept(alice!, 3, 9), { ok: true, value: [messages[2]] })
      assert.deepEqual(await driver.store.unkept(carol!, 0, 9), { ok: true, value: [] })
    }))

  test('numbers are told apart by their conversation', () =>
    withStore(async (driver) => {
      await driver.commit(account('Alice'), put(kept(3)), put(toAlice(4)), put(toAlice(5)))
      const { conversation } = toAlice(4)
      const among = async (of: typeof conversation) => driver.store.among(of, [5, 3, 4, 9])
      const [inPrivate, overall] = [await among(conversation), await among(kept(3).conversation)]
      assert.deepEqual(inPrivate.ok && new Set(inPrivate.value), new Set([4, 5]))
      assert.deepEqual(overall, { ok: true, value: [3] })
    }))

  test('numbers that were reserved are known, the highest of them', () =>
    withStore(async (driver) => {
      await driver.commit({ write: 'numbers.reserve', upTo: 100 }, { write: 'numbers.reserve', upTo: 90 })
      const { reserved, hasHistory } = await driver.load()
      assert.deepEqual([reserved, hasHistory], [100, false])
      await driver.store.commit([put(kept(1))], 200, 200)
      const after = await driver.load()
      assert.deepEqual([after.reserved, after.hasHistory], [200, true])
    }))
}
