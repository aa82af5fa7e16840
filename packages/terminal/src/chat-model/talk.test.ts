import { ChatError, type FileOffer, type TunnelRequest } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { ReceivedFiles } from '../received-files.ts'
import { ConversationModel } from '@parley/client/conversations'
import { plainLine } from './plain-line.ts'
import { Talk } from './talk.ts'

describe('a talk', () => {
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
    model = new ConversationModel()
    const received = new ReceivedFiles({ directory, mostBytes: 1_000 })
    talk = new Talk({ chat, model, received, secret: true })
  }

  const shown = () => model.lines.map(plainLine)
  const last = () => shown().at(-1)

  test('hands on what is typed, and shows how private messages went', async () => {
    for (const line of ['hello', '//slash', '/msg bob psst', '/group say cooks salt?']) {
      assert.equal(await talk.enter(line), 'done')
    }
    assert.deepEqual(chat.calls, ['say hello', 'say /slash', 'tell bob psst', 'groupsay cooks salt?'])
    assert.deepEqual(shown(), ['alice: hello', 'alice: /slash', 'you to bob (sealed): psst', '[cooks] you: salt?'])
  })

  test('sends a pasted text as a message per line', async () => {
    await talk.enter('one\n\n  \r\ntwo')
    assert.deepEqual(chat.calls, ['say one', 'say two'])
  })

  test('answers every other command', async () => {
    const rows: [string, string | RegExp][] = [
      ['/users', '= alice\n    bob'],
      ['/group create cooks', '= you are in cooks'],
      ['/group kick cooks bob', '= bob is out of cooks'],
      ['/group list', '= there are no groups'],
      ['/group leave cooks', '= you have left cooks'],
      ['/game start', '= the game is announced'],
      ['/game join', '= you are in the game'],
      ['/game guess 5', '= 5 is too low'],
      ['/inbox', '= nothing waits for you'],
      ['/verify bob', /both sides:\n {4}11111 22222$/],
      ['/raw on', '= what goes over the wire is shown'],
      ['/help', /^= TEXT .*\/group create GROUP/s],
    ]
    for (const [line, answer] of rows) {
      assert.equal(await talk.enter(line), 'done', line)
      if (typeof answer === 'string') assert.equal(last(), answer)
      else assert.match(last() ?? '', answer)
    }
    assert.equal(await talk.enter('/quit'), 'quit')
    assert.equal(await talk.enter('  '), 'done')
  })

  test('says what was wrong, with what to do, and goes on', async () => {
    chat.answers['tell'] = new ChatError('no-such-user', 'nobody is called zoe')
    assert.equal(await talk.enter('/msg zoe hi'), 'failed')
    assert.match(last() ?? '', /^! nobody is called zoe: is the name right\?/)
    assert.equal(await talk.enter('/mgs zoe hi'), 'failed')
    assert.equal(last(), '! there is no command /mgs; did you mean /msg? /help shows those that there are')
    assert.equal(await talk.enter('/tunnel bob 8080'), 'failed')
    assert.equal(last(), '! helo cannot open tunnels; chatos and parley can')
  })

  test('sends nothing to somebody whose key has changed, until the new one is accepted', async () => {
    chat.emit('key-changed', { user: 'Bob', safetyNumber: '1 2' })
    assert.match(last() ?? '', /^! WARNING: THE KEY OF Bob HAS CHANGED/)
    assert.equal(await talk.enter('/msg bob psst'), 'failed')
    await writeFile(join(directory, 'a'), 'x')
    assert.equal(await talk.enter(`/file bob ${join(directory, 'a')}`), 'failed')
    assert.deepEqual(chat.calls, [])
    await talk.enter('/accept-key bob')
    assert.equal(await talk.enter('/msg bob psst'), 'done')
    assert.deepEqual(chat.calls, ['accept bob', 'tell bob psst'])
  })

  // Proves json.txt 9.5 (5): the results of a game are shown in words, the winner first.
  test('shows what others do, cleaned, and a message of several lines cannot pass for several', async () => {
    chat.emit('joined', { user: 'bob\u001b[2J' })
    chat.emit('broadcast', { from: 'bob', text: 'hi\u0007\nalice: I give up' })
    chat.emit('private-message', { from: 'bob', text: 'psst', secrecy: 'weak' })
    chat.emit('group-message', { group: null, mayBe: [], from: null, text: 'cooks is led by bob' })
    chat.emit('unreadable', { from: 'bob', reason: 'no key' })
    chat.emit('game-finished', {
      results: [
        { user: 'bob', ms: 1_500 },
        { user: 'eve', ms: null },
      ],
    })
    chat.emit('left', { user: 'bob' })
    assert.deepEqual(shown(), [
      '* bob[2J joined',
      'bob: hi\n    alice: I give up',
      'bob to you (weakly sealed): psst',
      '[one of your groups] cooks is led by bob',
      '! WARNING: a sealed message of bob cannot be read: no key',
      '* the game is over: bob 1.5 s, eve did not finish',
      '* bob left',
    ])
  })

  test('shows the wire only when asked, and never a password', async () => {
    chat.emit('wire', { direction: 'sent', line: 'USERS' })
    await talk.enter('/raw on')
    chat.emit('wire', { direction: 'received', line: 'OK \u001b alice' })
    chat.state = 'reconnecting'
    chat.emit('wire', { direction: 'sent', line: 'HELO alice geheim' })
    chat.state = 'connected'
    assert.deepEqual(shown().slice(1), ['< OK  alice', '> (sign-in, with a password or a token)'])
  })

  test('keeps a frame of the wire as long as servers take one, and says what is not kept', async () => {
    await talk.enter('/raw on')
    chat.emit('wire', { direction: 'sent', line: 'x'.repeat(65_536) })
    assert.equal(last(), `> ${'x'.repeat(65_536)}`)
    chat.emit('wire', { direction: 'sent', line: 'x'.repeat(65_540) })
    assert.equal(last(), `> ${'x'.repeat(65_536)}… (4 more characters)`)
  })

  // Proves helo.txt 7.11 (6): the user is told of the file, and a directory is made for it.
  test('a file that is offered is taken by one command, and kept under a harmless name', async () => {
    chat.emit('file-offered', offer('../../evil.txt', 'hello'))
    assert.ok(model.roster.users.includes('bob'), 'whoever offers something is here')
    assert.equal(last(), '* bob offers the file ../../evil.txt of 5 bytes, not sealed; /accept 1 or /decline 1')
    assert.equal(await talk.enter('/accept'), 'done')
    assert.equal(await talk.settled(patient), true)
    assert.equal(last(), `* ../../evil.txt from bob is ${join(directory, 'alice', 'evil.txt')} (5 bytes)`)
    assert.equal(await readFile(join(directory, 'alice', 'evil.txt'), 'utf8'), 'hello')
    assert.deepEqual(model.transfers.list, [])
  })

  test('of several offers one is taken by its number, and none by mistake', async () => {
    const offers = ['a', 'b'].map((name) => offer(name, name))
    for (const each of offers) chat.emit('file-offered', each)
    assert.equal(await talk.enter('/accept'), 'failed')
    assert.equal(last(), '! several things are offered; write the number behind it')
    assert.equal(await talk.enter('/accept 7'), 'failed')
    assert.equal(await talk.enter('/decline 2'), 'done')
    assert.deepEqual(
      offers.map(({ calls }) => calls),
      [[], ['decline']],
    )
    assert.equal(await talk.enter('/decline'), 'done')
    assert.equal(await talk.enter('/accept'), 'failed')
    assert.equal(last(), '! nothing is offered to you')
  })

  test('whoever offers without end is declined, and what is not taken from a broken connection is forgotten', async () => {
    const offers = Array.from({ length: 40 }, () => offer('a', 'a'))
    for (const each of offers) chat.emit('file-offered', each)
    assert.equal(talk.invitations.list.length, 32)
    assert.deepEqual(offers.at(-1)?.calls, ['decline'])
    chat.emit('reconnected', { me: 'alice' })
    assert.deepEqual(talk.invitations.list, [])
  })

  // Proves helo.txt 7.11 (1): the user is told when there is no such file.
  test('a file is sent in the background, and that it did not arrive is said', async () => {
    await writeFile(join(directory, 'notes.txt'), 'hello')
    chat.answers['file'] = new ChatError('refused', 'bob has refused the file')
    assert.equal(await talk.enter(`/file bob ${join(directory, 'notes.txt')}`), 'done')
    assert.equal(chat.calls[0], 'file bob notes.txt 5')
    assert.equal(await talk.settled(patient), false)
    assert.equal(last(), '! notes.txt to bob failed: bob has refused the file.')
    assert.equal(await talk.enter('/file bob no-such-file'), 'failed')
    assert.equal(last(), '! no-such-file: there is no such file.')
  })

  test('a file that the server has and says no more of is not called delivered', async () => {
    await writeFile(join(directory, 'notes.txt'), 'hello')
    chat.answers['file'] = 'sent'
    await talk.enter(`/file bob ${join(directory, 'notes.txt')}`)
    assert.equal(await talk.settled(patient), true)
    assert.equal(last(), '* notes.txt to bob was sent; the server does not say whether it arrived')
  })

  test('whoever leaves is told which files are under way, and waits for them as long as they move', async () => {
    const answer = Promise.withResolvers<void>()
    await writeFile(join(directory, 'notes.txt'), 'hello')
    chat.answers['file'] = answer.promise
    await talk.enter(`/file bob ${join(directory, 'notes.txt')}`)
    const waiting = '= waiting for notes.txt to bob (nothing of it is sent yet); /quit once more leaves at once'
    const given = '! left before it was finished: notes.txt to bob (nothing of it is sent yet)'
    assert.equal(await talk.settled({ ...patient, standstillMs: 1 }), false)
    assert.deepEqual(shown().slice(-2), [waiting, given])
    const hurry = new AbortController()
    const hurried = talk.settled({ ...patient, hurry: hurry.signal })
    hurry.abort()
    assert.equal(await hurried, false)
    assert.deepEqual(shown().slice(-2), [waiting, given])
    const settled = talk.settled(patient)
    answer.resolve()
    assert.equal(await settled, true)
  })

  test('a tunnel needs a place to lead to, and is not lost for want of it', async () => {
    chat = new FakeChat('chatos', ['say', 'tell', 'tunnels'])
    begin()
    const calls: string[] = []
    const request: TunnelRequest = {
      from: 'bob',
      accept: () => Promise.reject(new ChatError('refused', 'too late')),
      decline: async () => void calls.push('decline'),
    }
    chat.emit('tunnel-asked', request)
    assert.equal(await talk.enter('/accept'), 'failed')
    assert.equal(last(), '! write /accept 1 HOST:PORT, where the tunnel is to lead')
    assert.equal(await talk.enter('/decline'), 'done')
    assert.deepEqual(calls, ['decline'])
  })
})

const patient = { standstillMs: 60_000, hurry: new AbortController().signal }

function offer(name: string, text: string): FileOffer & { readonly calls: string[] } {
  const calls: string[] = []
  async function* bytes() {
    yield new TextEncoder().encode(text)
  }
  return {
    from: 'bob',
    name,
    size: text.length,
    calls,
    accept: async () => ({ bytes: bytes(), verify: async () => true }),
    decline: async () => void calls.push('decline'),
  }
}
