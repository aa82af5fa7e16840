import { ChatError, type FileOffer, type SentByChat } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { ReceivedFiles } from '../received-files.ts'
import { ConversationModel } from '@parley/client/conversations'
import { plainLine } from './plain-line.ts'
import { Talk } from './talk.ts'

/** What is said where, and that it goes when it is not so any more. */
describe('in a talk', () => {
  let directory: string
  let chat: FakeChat
  let model: ConversationModel
  let talk: Talk

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-talk-'))
    chat = new FakeChat()
    begin()
  })
  afterEach(async () => {
    await talk.close()
    await rm(directory, { recursive: true })
  })

  function begin(): void {
    model = new ConversationModel({ now: () => Date.UTC(2026, 0, 2, 12, 0) })
    const received = new ReceivedFiles({ directory, mostBytes: 1_000 })
    talk = new Talk({ chat, model, received, secret: false })
  }

  /** The lines of a conversation, by its key. */
  const linesIn = (key: string) => model.lines.filter(({ conversation }) => conversation === key).map(plainLine)
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }

  test('errors and answers stand in the conversation where they were asked for', async () => {
    await talk.enter('/query bob')
    const asked = Promise.withResolvers<readonly string[]>()
    chat.answers['users'] = asked.promise
    const users = talk.enter('/users')
    model.show('everybody')
    asked.resolve(['alice'])
    await users
    assert.deepEqual(linesIn('@bob'), ['= alice'])
    assert.deepEqual(linesIn('all'), [])
    assert.equal(await talk.enter('/accept 7'), 'failed')
    assert.deepEqual(linesIn('all'), ['! nothing is offered to you'])
  })

  test('that it is not connected is said as long as it is so', () => {
    chat.emit('reconnecting', { attempt: 1, inMs: 1_000, reason: 'reset', code: 'closed' })
    chat.emit('reconnecting', { attempt: 2, inMs: 2_000, reason: 'refused', code: 'closed' })
    assert.deepEqual(linesIn('all'), ['! WARNING: not connected: refused; trying again in 2 s (attempt 2)'])
    chat.emit('reconnected', { me: 'alice' })
    assert.deepEqual(linesIn('all'), ['* connected again as alice'])
  })

  test('an offer says what became of it', async () => {
    const offer = (from: string): FileOffer => ({
      from,
      name: 'a.txt',
      size: 1,
      accept: () => Promise.reject(new ChatError('refused', 'too late')),
      decline: async () => {},
    })
    for (const from of ['bob', 'cem', 'dan']) chat.emit('file-offered', offer(from))
    await talk.enter('/decline 1')
    await talk.enter('/accept 2')
    chat.emit('reconnected', { me: 'alice' })
    const told = (name: string) => `* ${name} offers the file a.txt of 1 bytes, not sealed`
    assert.deepEqual(linesIn('@bob'), [`${told('bob')}: declined`])
    assert.equal(linesIn('@cem')[0], `${told('cem')}: accepted`)
    assert.deepEqual(linesIn('@dan'), [`${told('dan')}: lapsed when the connection broke`])
  })

  test('a sealed message of somebody unknown is not called sealed alone, until their key came', () => {
    chat.emit('private-message', { from: 'bob', text: 'hi', secrecy: 'sealed', isChecked: false })
    assert.deepEqual(linesIn('@bob'), ['bob to you (sealed, sender unchecked): hi'])
    assert.equal(model.conversations.find(({ key }) => key === '@bob')?.secrecy, 'unchecked')
    chat.emit('sender-checked', { user: 'Bob' })
    assert.deepEqual(linesIn('@bob'), ['bob to you (sealed): hi'])
    assert.equal(model.conversations.find(({ key }) => key === '@bob')?.secrecy, 'sealed')
    chat.emit('private-message', { from: 'bob', text: 'there', secrecy: 'sealed', isChecked: true })
    assert.equal(linesIn('@bob').length, 2)
  })

  test('a sender with another key stays unchecked, and the alarm goes when the key is accepted', async () => {
    chat.emit('private-message', { from: 'bob', text: 'hi', secrecy: 'sealed', isChecked: false })
    chat.emit('key-changed', { user: 'bob', safetyNumber: '1 2' })
    assert.equal(linesIn('all').at(-1), '! WARNING: the key of bob has changed: see @bob')
    assert.match(linesIn('@bob').at(-1) ?? '', /THE KEY OF bob HAS CHANGED/)
    await talk.enter('/accept-key bob')
    assert.deepEqual(linesIn('all'), ['= the key of bob is accepted'])
    assert.doesNotMatch(linesIn('@bob').join('\n'), /HAS CHANGED/)
    assert.match(linesIn('@bob')[0] ?? '', /unchecked/)
  })

  test('a message of an unnamed group says which it may be, and can be answered', () => {
    for (const group of ['cooks', 'bakers']) model.groups.setMember(group, true)
    model.groupSaid('bakers', 'bob', 'bread')
    chat.emit('group-message', { group: null, mayBe: ['cooks', 'bakers'], from: 'bob', text: 'salt' })
    assert.deepEqual(linesIn('#bakers'), ['[bakers] bob: bread', '[cooks or bakers] bob: salt'])
    model.show('#cooks')
    chat.emit('group-message', { group: null, mayBe: ['cooks', 'bakers'], from: 'bob', text: 'more' })
    assert.deepEqual(linesIn('#cooks'), ['[cooks or bakers] bob: more'])
    assert.ok(!model.conversations.some(({ key }) => key === '#'))
  })

  test('what is said to a group that one is not in makes no conversation, and a group one is out of is none of theirs', async () => {
    chat.answers['groupsay nogroup hi'] = new ChatError('refused', 'no such group!')
    assert.equal(await talk.enter('/group say nogroup hi'), 'failed')
    chat.answers['join nogroup'] = new ChatError('refused', 'no such group!')
    assert.equal(await talk.enter('/join nogroup'), 'failed')
    assert.deepEqual([model.groups.joined, model.conversations.map(({ key }) => key)], [[], ['all']])
    assert.equal(await talk.enter('/join cooks'), 'done')
    assert.deepEqual([model.groups.joined, model.open.key], [['cooks'], '#cooks'])
    chat.emit('membership', { group: 'cooks', isMember: false })
    assert.deepEqual([model.groups.joined, model.groups.hasLeft('Cooks')], [[], true])
    chat.emit('notice', { text: 'you have been kicked out of the group cooks' })
    assert.equal(linesIn('#cooks').at(-1), '* you have been kicked out of the group cooks')
  })

  test('a group that is not there is named, with what can be done', async () => {
    chat.answers['join nogroup'] = new ChatError('refused', 'there is no group of that name')
    await talk.enter('/join nogroup')
    assert.deepEqual(linesIn('all').slice(-1), [
      '! there is no group nogroup; /group create nogroup makes it, and /group list shows those that there are.',
    ])
  })

  test('what became of a file or a tunnel to somebody unknown is said where it was asked for', async () => {
    await talk.enter(`/file nobody ${import.meta.filename}`)
    await until(() => linesIn('all').some((line) => line.endsWith('to nobody was delivered')))
    assert.deepEqual(
      model.conversations.map(({ key }) => key),
      ['all'],
    )
  })

  test('a guest joins its groups again after the connection broke, and is told of those that are gone', async () => {
    for (const group of ['bakers', 'cooks']) model.groups.setMember(group, true)
    chat.answers['join cooks'] = new ChatError('refused', 'no such group!')
    chat.emit('reconnected', { me: 'alice' })
    await until(() => linesIn('#cooks').length > 0)
    assert.deepEqual(linesIn('#cooks'), [
      '! you are not in cooks any more: there is no group cooks; /group create cooks makes it, and /group list shows those that there are.',
    ])
    assert.deepEqual(model.groups.joined, ['bakers'])
  })

  test('a conversation is opened, put away, cleared and searched', async () => {
    await talk.enter('/query bob')
    assert.equal(model.open.title, '@bob')
    chat.emit('private-message', { from: 'bob', text: 'the Salt is here', secrecy: 'plain' })
    chat.emit('private-message', { from: 'bob', text: 'bye', secrecy: 'plain' })
    await talk.enter('/search salt')
    assert.match(linesIn('@bob').at(-1) ?? '', /^= .* bob: the Salt is here$/)
    await talk.enter('/clear')
    assert.deepEqual(linesIn('@bob'), [])
    await talk.enter('/me waves')
    assert.deepEqual(linesIn('@bob'), ['you to bob (sealed): * alice waves'])
    await talk.enter('/close')
    assert.deepEqual([model.open.key, model.conversations.map(({ key }) => key)], ['all', ['all']])
    assert.equal(await talk.enter('/close'), 'failed')
    await talk.enter('/join cooks')
    await talk.enter('/part')
    assert.deepEqual([model.groups.joined, model.open.key], [[], 'all'])
  })

  test('what somebody writes and offers is hidden, and shown again', async () => {
    await talk.enter('/ignore Bob')
    let declines = 0
    chat.emit('broadcast', { from: 'bob', text: 'buy' })
    chat.emit('private-message', { from: 'bob', text: 'buy', secrecy: 'plain' })
    chat.emit('file-offered', {
      from: 'bob',
      name: 'a',
      size: 1,
      accept: () => new Promise(() => {}),
      decline: async () => void declines++,
    })
    await talk.enter('/ignore')
    assert.deepEqual([linesIn('all').at(-1), linesIn('@bob'), declines], ['= hidden: Bob', [], 1])
    await talk.enter('/ignore bob')
    chat.emit('broadcast', { from: 'bob', text: 'sorry' })
    assert.equal(linesIn('all').at(-1), 'bob: sorry')
  })

  test('who comes and goes is one line as long as nothing is said between', () => {
    chat.emit('joined', { user: 'ann' })
    chat.emit('joined', { user: 'bob' })
    chat.emit('left', { user: 'cem' })
    assert.deepEqual(linesIn('all'), ['* ann, bob joined · cem left'])
    chat.emit('left', { user: 'ann' })
    assert.deepEqual(linesIn('all'), ['* bob joined · cem left'])
    chat.emit('broadcast', { from: 'bob', text: 'hi' })
    chat.emit('left', { user: 'bob' })
    assert.deepEqual(linesIn('all'), ['* bob joined · cem left', 'bob: hi', '* bob left'])
    const printed = new ConversationModel({ folds: false })
    for (const user of ['ann', 'bob']) printed.joined(user)
    assert.deepEqual(printed.lines.map(plainLine), ['* ann joined', '* bob joined'])
  })

  test('whether a file is sealed is said, and it is cancelled by its number', async () => {
    model.roster.set('bob', true)
    const path = join(directory, 'notes.txt')
    await writeFile(path, 'hello')
    const delivered = Promise.withResolvers<'delivered'>()
    const cancel = () => delivered.reject(new ChatError('aborted', 'the file was cancelled'))
    const secrecy = Promise.resolve('sealed' as const)
    chat.sendFile = () => ({ onProgress: () => {}, cancel, delivered: delivered.promise, secrecy }) satisfies SentByChat
    assert.equal(await talk.enter('/cancel'), 'failed')
    await talk.enter(`/file bob ${path}`)
    assert.deepEqual(linesIn('@bob'), ['* notes.txt (5 bytes, sealed) is offered to bob'])
    assert.equal(await talk.enter('/cancel 9'), 'failed')
    assert.equal(await talk.enter('/cancel'), 'done')
    await until(() => model.transfers.list.length === 0)
    assert.match(linesIn('@bob').at(-1) ?? '', /^\* notes\.txt to bob was cancelled/)
  })

  test('a json server that hung up may still have to offer the file, and it is not called delivered', async () => {
    chat = new FakeChat('json')
    begin()
    await talk.enter(`/file bob ${import.meta.filename}`)
    await until(() =>
      linesIn('all').some((line) => line.endsWith('was taken: it has arrived, or waits to be accepted')),
    )
    assert.ok(!linesIn('all').some((line) => line.includes('delivered')))
  })

  test('leaving while a file comes in leaves nothing of it behind', async () => {
    async function* endless() {
      yield new Uint8Array(10)
      await new Promise(() => {})
    }
    const accept = async () => ({ bytes: endless(), verify: async () => true })
    chat.emit('file-offered', { from: 'bob', name: 'film', size: 100, accept, decline: async () => {} })
    await talk.enter('/accept')
    await until(() => model.transfers.list[0]?.state === 'moving')
    assert.equal((await readdir(join(directory, 'alice'))).length, 1)
    await talk.close()
    assert.deepEqual(await readdir(join(directory, 'alice')), [])
    assert.match(linesIn('@bob').at(-1) ?? '', /was cancelled; nothing of it was kept, and it cannot be resumed/)
  })
})
