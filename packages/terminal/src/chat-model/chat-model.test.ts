import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatModel } from './chat-model.ts'
import type { Line } from './line.ts'

test('what others wrote is clean in every place where it can be shown', () => {
  const model = new ChatModel({ now: () => 7 })
  const escape = '\u001b[31m'
  model.broadcast(`bob${escape}\n`, `hi${escape}\nthere`)
  model.groupSaid(`g${escape}`, `bob${escape}`, escape)
  model.told(`eve${escape}`, escape, 'plain', false)
  model.letter(`al${escape}`, escape, false)
  model.joined(`zoe${escape}`)
  model.setGroups([`cooks${escape}`])
  model.keyChanged(`eve${escape}`, '12345')
  const shown = JSON.stringify([model.lines, model.users, model.groups, model.conversations])
  assert.ok(!shown.includes('\\u001b'), shown)
  assert.deepEqual(model.lines[0], {
    id: 1,
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
  const model = new ChatModel()
  model.broadcast('bob', 'hi')
  model.told('Bob', 'psst', 'sealed', false)
  model.told('bob', 'psst!', 'sealed', false)
  model.told('bob', 'what?', 'sealed', true)
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
  const model = new ChatModel()
  model.told('bob', '1', 'weak', false)
  model.told('bob', '2', 'sealed', true)
  assert.deepEqual(
    model.lines.map(({ kind }) => kind),
    ['private', 'private'],
  )
  model.told('bob', '3', 'plain', false)
  assert.equal(model.conversations.find(({ key }) => key === '@bob')?.secrecy, 'plain')
  const warning = model.lines.at(-2)
  assert.deepEqual([warning?.kind, warning?.conversation], ['warning', '@bob'])
  assert.match(warning?.text ?? '', /was sealed; from here on it is plain/)
})

test('a changed key is a warning that says what to do, and stays until it is accepted', () => {
  const model = new ChatModel()
  model.keyChanged('Bob', '11111 22222')
  assert.ok(model.distrusts('bob'))
  assert.match(model.lines.at(-1)?.text ?? '', /KEY OF Bob HAS CHANGED[^]*11111 22222[^]*\/accept-key Bob/)
  model.keyAccepted('BOB')
  assert.ok(!model.distrusts('bob'))
})

test('users and groups are kept in order of the alphabet, once each', () => {
  const model = new ChatModel()
  model.setUsers(['zoe', 'Bob', 'alice'])
  model.joined('bob')
  model.left('ZOE')
  model.inGroup('cooks', true)
  model.inGroup('bakers', true)
  model.inGroup('COOKS', false)
  assert.deepEqual(model.users, ['alice', 'bob'])
  assert.deepEqual(model.groups, ['bakers'])
})

test('a server that never stops fills neither the lines nor the lists without end', () => {
  const model = new ChatModel()
  for (let i = 0; i < 12_000; i++) model.told(`user${i}`, 'x', 'plain', false)
  model.setUsers(Array.from({ length: 20_000 }, (_, i) => `u${i}`))
  assert.ok(model.lines.length <= 5_000)
  assert.equal(model.lines.at(-1)?.from, 'user11999')
  assert.ok(model.conversations.length <= 500)
  assert.equal(model.conversations[0]?.key, 'all')
  assert.equal(model.users.length, 10_000)
})

test('whoever draws is told of every line and every change, until it stops listening', () => {
  const model = new ChatModel()
  const heard: (string | null)[] = []
  const stop = model.subscribe((line) => heard.push(line?.text ?? null))
  const before = model.version
  model.broadcast('bob', 'hi')
  model.setUsers([])
  assert.equal(model.version, before + 2)
  stop()
  model.broadcast('bob', 'again')
  assert.deepEqual(heard, ['hi', null])
})
