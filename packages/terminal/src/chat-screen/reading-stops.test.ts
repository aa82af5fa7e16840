import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeChat } from './fake-chat.ts'

test('a line stands where reading stopped, until something is said below it', async () => {
  const fake = new FakeChat()
  const { model, view } = fake
  model.broadcast('bob', 'read')
  const { id } = model.lines.at(-1)!
  view.open('@bob')
  assert.equal(view.view.readUpTo, null)
  model.broadcast('bob', 'missed')
  view.open('everybody')
  assert.equal(view.view.readUpTo, id)
  model.broadcast('bob', 'seen')
  assert.equal(view.view.readUpTo, id)
  const said = new Promise<void>((resolve) => model.subscribe((line) => line?.mine && resolve()))
  view.enter('hello')
  await said
  assert.equal(view.view.readUpTo, null)
})

test('who is meant is told among the conversations, and forgotten when it is read', () => {
  const fake = new FakeChat()
  const { model, view } = fake
  const calls = () => view.view.talks.filter(({ isCalled }) => isCalled).map(({ key }) => key)
  view.open('@bob')
  model.broadcast('bob', 'malice and alices')
  assert.deepEqual(calls(), [])
  model.broadcast('bob', 'what do you think, Alice?')
  model.groupSaid('cooks', 'bob', 'salt')
  model.told('carol', 'hi', 'plain')
  assert.deepEqual(calls(), ['all', '@carol'])
  view.open('everybody')
  assert.deepEqual(calls(), ['@carol'])
})

test('a conversation keeps its place, whoever comes and goes', () => {
  const fake = new FakeChat()
  const { model, view } = fake
  const keys = () => view.view.talks.map(({ key }) => key)
  model.groups.setMember('cooks', true)
  assert.deepEqual(keys(), ['all', '#cooks'])
  model.told('zoe', 'hi', 'plain')
  model.groups.setMember('ants', true)
  model.told('bob', 'hi', 'plain')
  model.groupSaid('cooks', 'bob', 'hi')
  assert.deepEqual(keys(), ['all', '#cooks', '@zoe', '#ants', '@bob'])
})

test('a name is completed to whoever spoke last, and to oneself last of all', () => {
  const fake = new FakeChat({ users: ['al', 'albert', 'alice', 'alina'] })
  const { model, view } = fake
  model.broadcast('alina', 'one')
  model.broadcast('albert', 'two')
  assert.deepEqual(view.complete('al'), ['albert: ', 'alina: ', 'al: ', 'alice: '])
  assert.deepEqual(view.complete('/msg al'), ['/msg albert ', '/msg alina ', '/msg al ', '/msg alice '])
})

test('whoever speaks is here, though the last list of users did not have them', () => {
  const fake = new FakeChat({ users: ['alice'] })
  const { model, view } = fake
  const isHere = () => view.view.talks.find(({ key }) => key === '@zoe')?.isHere
  model.note('event', 'zoe offered something', '@zoe')
  assert.equal(isHere(), false)
  fake.tell('broadcast', { from: 'zoe', text: 'hello' })
  assert.equal(isHere(), true)
  assert.deepEqual(model.roster.users, ['alice', 'zoe'])
})
