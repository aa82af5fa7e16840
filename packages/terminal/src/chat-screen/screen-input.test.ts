import { ChatError } from '@parley/client'
import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { HandClock } from '../hand-clock.ts'
import { FakeChat } from './fake-chat.ts'
import { key, screenOf, type ScreenUnderTest } from './screen-under-test.ts'

const { control, alt, paste } = key
const tooFast = new ChatError('too-many-messages', 'too fast')

describe('what is written on the screen', () => {
  let screen: ScreenUnderTest
  afterEach(() => screen.close())

  const open = async (fake = new FakeChat(), columns = 80, rows = 24) => {
    fake.model.broadcast('bob', 'hi')
    return (screen = await screenOf(fake, { columns, rows }))
  }

  it('is a draft of its conversation: what was meant for one is never sent to another', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    fake.view.open('@bob')
    await keys('the code is 4711')
    await shows('@bob › the code is 4711')
    fake.view.open('everybody')
    await shows('everybody › Type to', '@bob draft')
    await keys(key.enter, 'hello all', key.enter)
    fake.view.open('@bob')
    await shows('@bob › the code is 4711')
    await keys(key.enter)
    assert.deepEqual(fake.said, ['hello all', 'bob: the code is 4711'])
    fake.view.open('everybody')
    await keys(key.up)
    await shows('everybody › hello all')
    await keys(key.up)
    await shows('everybody › hello all')
  })

  it('goes to the conversation that was open when Enter was pressed', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    await keys('/msg bob one', key.enter)
    await shows('@bob ›')
    fake.view.open('everybody')
    await keys('for all', key.enter, 'draft')
    fake.view.open('@bob')
    await keys('for bob', key.enter)
    assert.deepEqual(fake.said, ['bob: one', 'for all', 'bob: for bob'])
  })

  it('is edited by every key, however many come in one read', async () => {
    const { keys, shows } = await open()
    const rows: readonly (readonly [typed: string, line: string])[] = [
      [`abc${control('u')}de`, 'de'],
      [`one two${control('a')}${control('k')}x${control('y')}`, 'xone two'],
      [`one two three${control('w')}${control('w')}${control('y')}!`, 'one two three!'],
      [`one two${control('a')}${alt('d')}${alt('d')}x${control('y')}`, 'xone two'],
      [`first${control('u')}second${control('u')}${control('y')}${alt('Y')}`, 'first'],
      [`hte${key.left}${control('t')}`, 'het'],
      [`teh${control('t')}`, 'the'],
      [`abc${control('a')}${control('d')}${control('d')}`, 'c'],
      [`one two${control('w')}${control('_')}`, 'one two'],
      [`one two three${control('_')}${control('_')}`, 'one'],
      [`a\u007fb${control('h')}c`, 'c'],
      [`日本${control('b')}\u007f語`, '語本'],
    ]
    for (const [typed, line] of rows) {
      await keys(typed)
      await shows(`everybody › ${line}${' '.repeat(20)}`)
      await keys(`${control('e')}${control('u')}`)
      await shows('everybody › Type to')
    }
  })

  it('keeps the slash that comes right behind an Esc', async () => {
    const { keys, shows } = await open()
    await keys(`${key.escape}/file bob x`)
    await shows('everybody › /file bob x')
  })

  it('takes an Esc that stands alone for the key, once nothing follows for a moment', async () => {
    const clock = new HandClock()
    const fake = new FakeChat()
    screen = await screenOf(fake, { clock })
    for (let i = 0; i < 100; i++) fake.model.broadcast('bob', `message ${i}.`)
    await clock.pass(100)
    await screen.keys(key.pageUp, key.escape)
    await clock.pass(49)
    assert.match(screen.frame(), /further down/)
    await clock.pass(50)
    assert.doesNotMatch(screen.frame(), /further down/)
  })

  it('takes a key with Alt for one, when its second half waited for a process that was busy', async () => {
    const clock = new HandClock()
    const fake = new FakeChat()
    const { answers } = fake.offer('bob', 'film.mkv')
    screen = await screenOf(fake, { clock })
    await screen.keys(key.escape)
    await clock.pass(50)
    await screen.keys('y')
    await clock.pass(100)
    assert.deepEqual(answers, ['accepted'])
    assert.match(screen.frame(), /everybody › +$/m)
  })

  it('is searched in what was typed before', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    await keys('make tea', key.enter, 'make coffee', key.enter, 'draft', `${control('r')}mak`)
    await shows('typed before › mak   make coffee')
    await keys(control('r'))
    await shows('make tea')
    await keys(key.enter)
    await shows('everybody › make tea')
    await keys(control('_'))
    await shows('everybody › draft')
    await keys(`${control('r')}zzz`)
    await shows('nothing has this in it')
    await keys(key.escape)
    await shows('everybody › draft')
    assert.deepEqual(fake.said, ['make tea', 'make coffee'])
  })

  it('may have several lines, each of which is a message', async () => {
    const fake = new FakeChat()
    const { keys, shows, frame } = await open(fake)
    await keys(`one${alt('\r')}two`)
    await shows('2 lines: Enter sends each')
    assert.match(frame(), /everybody › one +\n {13}two/)
    await keys(`${key.up}${control('e')}!`, key.down, control('e'), '!', key.enter)
    await shows('everybody › Type to')
    assert.deepEqual(fake.said, ['one!', 'two!'])
    await keys(key.up)
    await shows('2 lines: Enter sends each')
  })

  it('takes what is pasted as it is, and sends nothing of it before Enter', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    await keys(`> ${paste('/quit\r\n\ttwo\u0015\u001b[A\r\n')}`)
    await shows('everybody › > /quit', '2 lines')
    assert.deepEqual(fake.said, [])
    await keys(key.enter)
    await shows('everybody › Type to')
    assert.deepEqual(fake.said, ['> /quit', '\ttwo[A'])
    await keys(paste('one line\n'))
    await shows('everybody › one line')
  })

  it('says that a paste is too long, and keeps what was written', async () => {
    const { keys, shows } = await open()
    await keys('before', paste('x'.repeat(60_000)))
    await shows('everybody › before', 'too long for one draft of')
  })

  it('sends a paste at the pace of the server, shows what waits, and gives the rest back on Esc', async () => {
    const clock = new HandClock()
    const fake = new FakeChat({ clock })
    const { keys, shows, hides } = await open(fake)
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`)
    fake.verdicts.push(...lines.slice(0, 21).map(() => null), tooFast)
    await keys(paste(lines.join('\n')), key.enter)
    await shows('19 messages wait to be sent · Esc stops', 'unsent  line 39')
    fake.verdicts.push(null, null, tooFast)
    await clock.pass(250)
    await shows('17 messages wait')
    assert.deepEqual(fake.said, lines.slice(0, 23))
    await keys('next')
    await keys(key.escape)
    await shows('18 lines: Enter sends each')
    await hides('wait to be sent')
    await keys(key.enter)
    await clock.pass(250)
    assert.deepEqual(fake.said, [...lines, 'next'])
  })

  it('sends lines that come as if they were typed, as fast as the server takes them', async () => {
    const clock = new HandClock()
    const fake = new FakeChat({ clock })
    const { keys } = await open(fake)
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`)
    fake.verdicts.push(...lines.slice(0, 21).map(() => null), tooFast, tooFast)
    await keys(lines.map((line) => `${line}\r`).join(''))
    await clock.pass(500)
    assert.deepEqual(fake.said, lines)
  })

  it('is kept while disconnected, and sent in its order when the connection is back', async () => {
    const fake = new FakeChat({ clock: new HandClock() })
    const { keys, shows, raw } = await open(fake)
    fake.state = 'reconnecting'
    fake.tell('reconnecting', { attempt: 1, inMs: 1_000, reason: 'reset', code: 'closed' })
    await keys('one', key.enter, '/msg bob two', key.enter, 'three', key.enter)
    await shows('@bob › Type to', 'unsent  two', '2 messages unsent until connected')
    fake.view.open('everybody')
    await shows('unsent  one', '1 message unsent until connected')
    assert.match(raw(), /\u001b\[38;5;243munsent {2}/)
    assert.equal(fake.said.length, 0)
    fake.state = 'connected'
    fake.tell('reconnected', { me: 'alice' })
    await shows('alice       one')
    assert.deepEqual(new Set(fake.said), new Set(['one', 'bob: two', 'bob: three']))
    assert.ok(fake.said.indexOf('bob: two') < fake.said.indexOf('bob: three'))
  })

  it('is discarded by a command, and never kept by a conversation that has ended', async () => {
    const fake = new FakeChat()
    const { keys, shows, hides } = await open(fake)
    fake.state = 'reconnecting'
    await keys('one', key.enter, 'two', key.enter, '/discard', key.enter)
    await shows('2 unsent messages discarded')
    await hides('unsent  ')
    fake.state = 'closed'
    await keys('three', key.enter)
    await shows('nothing can be sent any more', 'everybody › three')
    assert.deepEqual(fake.said, [])
  })

  it('comes back when it was refused, before what is written by then', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    const verdict = Promise.withResolvers<void>()
    fake.verdicts.push(verdict.promise)
    await keys('one', key.enter, 'tw')
    verdict.reject(new ChatError('refused', 'not now'))
    await shows('not now', '2 lines: Enter sends each')
    await keys('o', key.enter)
    await shows('everybody › Type to')
    assert.deepEqual(fake.said, ['one', 'two'])
  })

  it('comes back as a command, with its error, to where it was written', async () => {
    const fake = new FakeChat()
    const { keys, shows, frame } = await open(fake)
    fake.verdicts.push(new ChatError('no-such-user', 'that user is not here'))
    await keys('/msg nobody1 hi there', key.enter)
    await shows('not sent to nobody1: that user is not here', 'everybody › /msg nobody1 hi there')
    assert.doesNotMatch(frame(), /@nobody1/)
  })

  it('is never mixed with a command: what comes back is kept for ^Y', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    const verdict = Promise.withResolvers<void>()
    fake.verdicts.push(verdict.promise)
    await keys('/msg carol the code is 4711', key.enter, 'hello all')
    verdict.reject(new ChatError('refused', 'not now'))
    await shows('not now', '^Y inserts it', 'everybody › hello all')
    await keys(key.enter, control('y'))
    await shows('everybody › /msg carol the code is 4711')
    assert.deepEqual(fake.said, ['hello all'])
  })

  it('stays where a command cannot be carried out', async () => {
    const { keys, shows } = await open()
    await keys('/mgs bob hi', key.enter)
    await shows('there is no command /mgs', 'everybody › /mgs bob hi')
    await keys(control('u'), '/file bob /no/such/file', key.enter)
    await shows('there is no such file', 'everybody › /file bob /no/such/file')
    await keys(control('u'), paste('/help\nmore'), key.enter)
    await shows('begin with // to say all')
  })

  it('stays in its rows, however many lines it has', async () => {
    const { keys, frame, shows } = await open(new FakeChat(), 40, 12)
    await keys(paste(Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n')))
    await shows('line 49')
    assert.equal(frame().split('\n').length, 12)
    assert.match(frame().split('\n').at(-2) ?? '', /^ {13}line 49/)
  })
})
