import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConversationModel } from './conversation-model.ts'
import type { Line } from './line.ts'

test('what others wrote is clean in every place where it can be shown', () => {
  const model = new ConversationModel({ now: () => 7 })
  const escape = '\u001b[31m'
  model.broadcast(`bob${escape}\n`, `hi${escape}\nthere`)
  model.groupSaid(`g${escape}`, `bob${escape}`, escape)
  model.told(`eve${escape}`, escape, 'plain')
  model.fromMailbox(`al${escape}`, escape, false)
  model.joined(`zoe${escape}`)
  model.groups.list([`cooks${escape}`])
  model.keyChanged(`eve${escape}`, '12345')
  const shown = JSON.stringify([model.lines, model.roster.users, model.groups.joined, model.conversations])
  assert.ok(!shown.includes('\\u001b'), shown)
  assert.deepEqual(model.lines[0], {
    id: 1_048_576,
    at: 7,
    kind: 'broadcast',
    conversation: 'all',
    from: 'bob[31m ',
    to: null,
    mine: false,
    text: 'hi[31m\nthere',
    secrecy: null,
  } satisfies Line)
})

test('what others say in a conversation that is not open is unread until it is opened', () => {
  const model = new ConversationModel()
  model.broadcast('bob', 'hi')
  model.told('Bob', 'psst', 'sealed')
  model.told('bob', 'psst!', 'sealed')
  model.told('bob', 'what?', 'sealed', { mine: true })
  model.groupSaid('cooks', 'bob', 'salt')
  const unread = () => model.conversations.map(({ title, unread }) => [title, unread])
  assert.deepEqual(unread(), [
    ['everybody', 0],
    ['@Bob', 2],
    ['#cooks', 1],
  ])
  model.show('@bob')
  assert.equal(model.open.title, '@Bob')
  assert.equal(model.open.unread, 0)
  model.broadcast('bob', 'hi again')
  assert.deepEqual(unread()[0], ['everybody', 1])
})

test('a conversation shows how its last message was protected, and getting weaker is a warning', () => {
  const model = new ConversationModel()
  model.told('bob', '1', 'weak')
  model.told('bob', '2', 'sealed', { mine: true })
  assert.deepEqual(
    model.lines.map(({ kind }) => kind),
    ['private', 'private'],
  )
  model.told('bob', '3', 'plain')
  assert.equal(model.conversations.find(({ key }) => key === '@bob')?.secrecy, 'plain')
  const warning = model.lines.at(-2)
  assert.deepEqual([warning?.kind, warning?.conversation], ['warning', '@bob'])
  assert.match(warning?.text ?? '', /was sealed; from here on it is plain/)
})

test('a changed key is a warning that says what to do, and stays until it is accepted', () => {
  const model = new ConversationModel()
  model.keyChanged('Bob', '11111 22222')
  assert.ok(model.distrusts('bob'))
  assert.match(model.lines.at(-1)?.text ?? '', /KEY OF Bob HAS CHANGED[^]*11111 22222[^]*\/accept-key Bob/)
  model.keyAccepted('BOB')
  assert.ok(!model.distrusts('bob'))
})

test('users and groups are kept in order of the alphabet, once each', () => {
  const model = new ConversationModel()
  model.roster.list(['zoe', 'Bob', 'alice'])
  model.joined('bob')
  model.left('ZOE')
  model.groups.setMember('cooks', true)
  model.groups.setMember('bakers', true)
  model.groups.setMember('COOKS', false)
  assert.deepEqual(model.roster.users, ['alice', 'bob'])
  assert.deepEqual(model.groups.joined, ['bakers'])
})

test('what everybody says drives no private message out, read or not', () => {
  const model = new ConversationModel()
  model.told('bob', 'unread', 'plain')
  model.told('cem', 'read', 'plain')
  model.show('@cem')
  model.show('everybody')
  for (let i = 0; i < 8_000; i++) model.broadcast('eve', `broadcast ${i}`)
  for (let i = 0; i < 60_000; i++) model.groupSaid(`group${i % 30}`, 'eve', `to a group ${i}`)
  const texts = model.lines.map(({ text }) => text)
  assert.ok(texts.includes('unread') && texts.includes('read'))
  assert.equal(model.conversations.find(({ key }) => key === '@bob')?.unread, 1)
  assert.ok(texts.length <= 55_000, `${texts.length} lines`)
  assert.ok(texts.includes('to a group 59999') && !texts.includes('broadcast 0'))
})

test('whatever has to go, as much is counted as unread as there is to read', () => {
  const model = new ConversationModel()
  for (let i = 0; i < 5_000; i++) model.told('bob', `${i}`, 'plain')
  for (let i = 0; i < 60_000; i++) model.told(`user${i % 400}`, `${i}`, 'plain', { mine: i % 7 === 0 })
  for (let i = 0; i < 3_000; i++) model.groupSaid('cooks', 'eve', `${i}`)
  const kept = new Map<string, number>()
  for (const { conversation, mine } of model.lines) {
    if (!mine) kept.set(conversation, (kept.get(conversation) ?? 0) + 1)
  }
  for (const { key, unread } of model.conversations) assert.equal(unread, kept.get(key) ?? 0, key)
  const ids = model.lines.map(({ id }) => id)
  assert.deepEqual(
    ids,
    ids.toSorted((one, other) => one - other),
  )
})

test('a server that never stops fills neither the lines nor the lists without end', () => {
  const model = new ConversationModel()
  model.told('friend', 'unread', 'plain')
  for (let i = 0; i < 1_000; i++) model.groupSaid(`g${i}`, 'eve', 'x')
  assert.equal(model.conversations.find(({ key }) => key === '@friend')?.unread, 1)
  for (let i = 0; i < 12_000; i++) model.told(`user${i}`, 'x', 'plain')
  model.roster.list(Array.from({ length: 20_000 }, (_, i) => `u${i}`))
  assert.ok(model.lines.length <= 22_000)
  assert.equal(model.lines.at(-1)?.from, 'user11999')
  assert.ok(model.conversations.length <= 500)
  assert.equal(model.conversations[0]?.key, 'all')
  assert.equal(model.roster.users.length, 10_000)
  const warnings = model.lines.filter(({ kind }) => kind === 'warning').map(({ text }) => text)
  assert.match(warnings[0] ?? '', /too many people write at once: a private message that was not read had to be forg/)
  assert.equal(warnings.length, 5)
})

test('a conversation that was read makes way before one that was not, and the open one never does', () => {
  const model = new ConversationModel()
  model.told('read', 'x', 'plain')
  model.show('@read')
  model.told('unread', 'x', 'plain')
  model.show('@open')
  for (let i = 0; i < 497; i++) model.told(`user${i}`, 'x', 'plain')
  const keys = () => model.conversations.map(({ key }) => key)
  assert.ok(!keys().includes('@read') && keys().includes('@unread') && keys().includes('@open'))
  assert.equal(model.open.key, '@open')
})

test('whoever draws is told of every line and every change, until it stops listening', () => {
  const model = new ConversationModel()
  const heard: (string | null)[] = []
  const stop = model.subscribe((line) => heard.push(line?.text ?? null))
  const before = model.version
  model.broadcast('bob', 'hi')
  model.roster.list([])
  assert.equal(model.version, before + 2)
  stop()
  model.broadcast('bob', 'again')
  assert.deepEqual(heard, ['hi', null])
})
