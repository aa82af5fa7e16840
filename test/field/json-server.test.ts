import type { Chat } from '@parley/client'
import { tcp } from '@parley/client/node'
import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { ChatUnderTest } from '../chat-under-test.ts'
import { CommandsInProcess, type Talking } from '../commands-in-process.ts'
import { LineClient } from '../line-client.ts'
import { FieldJsonServer } from './json-server.ts'

/** How long a client waits for the answer to LOGIN_REQ. */
const silentMs = 2_000

const timeout = 10_000

describe('a json server in the field that is silent to LOGIN_REQ', () => {
  let server: FieldJsonServer
  let clock: VirtualClock
  let commands: CommandsInProcess
  let chats: Chat[] = []

  beforeEach(async () => {
    server = await FieldJsonServer.open()
    clock = new VirtualClock()
    server.onSilence = () => clock.advance(silentMs)
    commands = await CommandsInProcess.open({ clock })
  })
  afterEach(async () => {
    await Promise.all([commands.close(), ...chats.splice(0).map((chat) => chat.close())])
    await server.close()
  })

  const url = (name: string) => `json://${name}@127.0.0.1:${server.port}`

  async function open(name: string, password?: string): Promise<ChatUnderTest> {
    const under = await ChatUnderTest.open(url(name), { clock, sealing: 'off', password })
    chats.push(under.chat)
    return under
  }

  /** Ann has started a game, bob has joined it, and it has begun. */
  async function playing(ann: Talking, bob: Talking): Promise<void> {
    ann.type('/game start')
    await ann.hears(/^= the game is announced$/m)
    await bob.hears(/^\* a game of guessing begins/m)
    bob.type('/game join')
    await bob.hears(/^= you are in the game$/m)
    server.clock.advance(10_000)
    for (const each of [ann, bob]) await each.hears(/^\* the game has started with ann, bob;/m)
  }

  it('is signed in on by LOGIN, after two seconds and with no member that it does not know', { timeout }, async () => {
    const signingIn = Promise.withResolvers<void>()
    server.onSilence = signingIn.resolve
    const opened = open('ann', 'secret')
    await signingIn.promise
    clock.advance(silentMs - 1)
    assert.deepEqual(server.heard, ['null: LOGIN_REQ {"username":"ann","password":"secret"}'])
    clock.advance(1)
    const ann = await opened
    assert.equal(server.heard[1], 'null: LOGIN {"username":"ann"}')
    await ann.hears('notice this server was asked without the password')
    assert.deepEqual(await ann.chat.users(), ['ann'])
  })

  it('refuses a name that is in use or has a wrong form', { timeout }, async () => {
    await open('ann')
    await assert.rejects(open('ann'), { code: 'name-taken' })
    await assert.rejects(open('an'), { code: 'name-invalid' })
  })

  it('hands on what is said to everybody, and each client shows the text', { timeout }, async () => {
    const ann = await open('ann')
    const bob = await open('bob')
    await bob.chat.say('hello: "you" \\')
    assert.equal(await ann.hears('broadcast'), 'broadcast bob hello: "you" \\')
    assert.equal(server.heard.at(-1), String.raw`bob: BROADCAST_REQ "hello: \"you\" \\"`)
    await assert.rejects(bob.chat.say(' '), /empty/)
  })

  it('is understood where another client says the object, or bare words', { timeout }, async () => {
    const ann = await open('ann')
    for (const body of ['{"message":"as an object"}', '"as a string"', 'bare words', '{"text":"of its own"}']) {
      await sayRaw(server.port, body)
    }
    await ann.hears('broadcast eve {"text"')
    assert.deepEqual(
      ann.heard.filter((line) => line.startsWith('broadcast')),
      [
        'broadcast eve as an object',
        'broadcast eve as a string',
        'broadcast eve bare words',
        'broadcast eve {"text":"of its own"}',
      ],
    )
  })

  it('carries private messages, and lists nobody who has not signed in', { timeout }, async () => {
    const ann = await open('ann')
    const bob = await open('bob')
    const notSignedIn = await tcp().connect({ host: '127.0.0.1', port: server.port, tls: false })
    await notSignedIn.read()
    assert.deepEqual((await ann.chat.users()).toSorted(), ['ann', 'bob'])
    await ann.chat.tell('bob', 'just you')
    assert.equal(await bob.hears('private-message'), 'private-message ann just you plain')
    await assert.rejects(ann.chat.tell('Bob', 'x'), { code: 'no-such-user' })
    await assert.rejects(ann.chat.tell('ann', 'x'), /that is this user/)
    notSignedIn.destroy()
  })

  it('lets two play a game from the start to the results, and says nothing odd', { timeout }, async () => {
    const ann = await commands.signedIn(url('ann'))
    const bob = await commands.signedIn(url('bob'))
    await playing(ann, bob)
    for (const [guess, answer] of [
      ['20', '= 20 is too low'],
      ['51', '! a guess is between 1 and 50.'],
      ['30', '= 30 is too high'],
      ['25', '= 25 is right'],
    ] as const) {
      ann.type(`/game guess ${guess}`)
      await ann.hears(new RegExp(`^${answer.replaceAll('.', '\\.')}$`, 'm'))
    }
    server.clock.advance(1_000)
    bob.type('/game guess 25')
    for (const each of [ann, bob]) await each.hears(/^\* the game is over: ann 0\.0 s, bob 1\.0 s$/m)
    for (const each of [ann, bob]) assert.doesNotMatch(each.shown, /odd/)
  })

  it('does not mix up the list of players with the list of users', { timeout }, async () => {
    await open('eve')
    const ann = await open('ann')
    const bob = await open('bob')
    await ann.chat.game.start()
    await bob.chat.game.join()
    const started = new Promise((resolve) => void ann.chat.on('game-started', resolve))
    const list = ann.chat.users()
    server.clock.advance(10_000)
    assert.deepEqual(await started, { players: ['ann', 'bob'] })
    assert.deepEqual((await list).toSorted(), ['ann', 'bob', 'eve'])
  })

  it('refuses by GAME_NOTIFICATION, and each refusal is the answer to its request', { timeout }, async () => {
    const ann = await open('ann')
    await assert.rejects(ann.chat.game.join(), /there is no game/)
    await assert.rejects(ann.chat.game.guess(7), /there is no game/)
    await ann.chat.game.start()
    await assert.rejects(ann.chat.game.join(), /plays already/)
    await assert.rejects(ann.chat.game.start(), /has started already/)
    // This refusal goes to whoever connected last.
    const bob = await open('bob')
    await assert.rejects(ann.chat.game.start(), /has started already/)
    await bob.hears('notice the game: the game has started already')
    assert.deepEqual((await ann.chat.users()).toSorted(), ['ann', 'bob'])
    assert.ok([...ann.heard, ...bob.heard].every((line) => !line.startsWith('protocol-violation')))
  })

  it('cancels a game of one, which is told once to each', { timeout }, async () => {
    const ann = await commands.signedIn(url('ann'))
    const bob = await commands.signedIn(url('bob'))
    ann.type('/game start')
    await bob.hears(/^\* a game of guessing begins/m)
    server.clock.advance(10_000)
    ann.type('done')
    await bob.hears(/^ann: done$/m)
    for (const each of [ann, bob]) {
      assert.equal(each.shown.match(/the game was cancelled/g)?.length, 1)
      assert.doesNotMatch(each.shown, /odd/)
    }
  })

  it('is asked for the key of nobody, and that is no reason to wait', { timeout }, async () => {
    const ann = await commands.signedIn(url('ann'), { seal: true })
    const now = clock.monotonic()
    server.onSilence = () => {}
    ann.type('/msg nobody hello')
    await ann.hears(/^! there is no such user:/m)
    ann.type('/msg Ann hello')
    await ann.hears(/^(?:! there is no such user:[^]*){2}/m)
    assert.equal(clock.monotonic(), now)
  })

  /** Somebody is there whose client never gives a key, and ann has written there. */
  async function pending(): Promise<{ mute: LineClient; ann: Talking }> {
    const mute = await LineClient.open(server.port)
    mute.send('LOGIN {"username":"mute"}')
    await mute.hears('LOGIN_RESP')
    const ann = await commands.signedIn(url('ann'), { seal: true })
    ann.type('/msg mute hello')
    await server.hears('ann: SECURE_MESSAGE_REQ {"sender":"ann","receiver":"mute"}')
    clock.advance(1_000)
    await ann.hears(/^\* "hello" to mute is pending: no reply has come yet$/m)
    return { mute, ann }
  }

  it('has somebody whose client never gives a key, and nobody is kept waiting for it', { timeout }, async () => {
    const { mute, ann } = await pending()
    ann.type('meanwhile, everybody')
    await mute.hears('meanwhile, everybody')
    clock.advance(11_000)
    await ann.hears(/^you to mute \(plain\): hello$/m)
    await mute.hears('hello')
    await mute.close()
  })

  it('is left while a message is pending, which is said once', { timeout }, async () => {
    const { mute, ann } = await pending()
    ann.type('/quit')
    await ann.hears(/^= waiting for "hello" to mute; \/quit once more leaves at once$/m)
    assert.equal(await ann.quit(), 0)
    await ann.hears(/^! left before it was finished: "hello" to mute$/m)
    assert.doesNotMatch(ann.shown, /was not sent/)
    await mute.close()
  })

  it('is left while a file waits for its receiver, which is said once', { timeout }, async () => {
    const path = join(commands.directory, 'notes.txt')
    await writeFile(path, 'hello')
    await open('bob')
    const ann = await commands.signedIn(url('ann'), { filePort: String(server.files.port) })
    ann.type(`/file bob ${path}`)
    await ann.hears(/is offered to bob$/m)
    ann.type('/quit')
    await ann.hears(/^= waiting for notes\.txt to bob \(nothing of it is sent yet\); \/quit once more leaves at once$/m)
    assert.equal(await ann.quit(), 0)
    await ann.hears(/^! left before it was finished: notes\.txt to bob/m)
    assert.doesNotMatch(ann.shown, /failed/)
  })

  it('has a whole conversation with the commands', { timeout }, async () => {
    const ann = await commands.signedIn(url('ann'))
    const bob = await commands.signedIn(url('bob'))
    await ann.hears(/^\* bob joined$/m)
    ann.type('hello everybody')
    await bob.hears(/^ann: hello everybody$/m)
    bob.type('/msg ann hello yourself')
    await ann.hears(/^bob to you.*: hello yourself$/m)
    const listed = await commands.runs((environment) => users(url('eve'), {}, environment))
    assert.deepEqual([listed.code, listed.written.trim().split('\n').toSorted()], [0, ['ann', 'bob', 'eve']])
    const options = { seal: false }
    const sent = await commands.runs((environment) => send(url('eve'), ['from', 'eve'], options, environment))
    assert.deepEqual(sent, { code: 0, written: '', complaints: '' })
    await ann.hears(/^eve: from eve$/m)
    const told = await commands.runs((environment) =>
      send(url('eve'), ['psst'], { ...options, to: 'bob' }, environment),
    )
    assert.equal(told.code, 0)
    await bob.hears(/^eve to you.*: psst$/m)
    const nobody = await commands.runs((environment) =>
      send(url('eve'), ['psst'], { ...options, to: 'nobody' }, environment),
    )
    assert.deepEqual([nobody.code, /there is no user nobody here/.test(nobody.complaints)], [1, true])
    const waiting = await commands.runs((environment) => inbox(url('eve'), {}, environment))
    assert.deepEqual([waiting.code, /json has no mailbox/.test(waiting.complaints)], [2, true])
    const tunnel = await commands.runs((environment) => ask(url('eve'), 'them', [], { listen: '0' }, environment))
    assert.deepEqual(
      [tunnel.code, /json cannot open tunnels; chatos and parley can/.test(tunnel.complaints)],
      [2, true],
    )
    server.clock.advance(10_000)
    await Promise.all(['ann: PONG', 'bob: PONG'].map((line) => server.hears(line)))
    assert.deepEqual([await ann.quit(), await bob.quit()], [0, 0])
    for (const each of [ann, bob]) assert.doesNotMatch(each.shown, /odd|WARNING/)
  })
})

/** As `eve`, and as another program words it. */
async function sayRaw(port: number, body: string): Promise<void> {
  const link = await tcp().connect({ host: '127.0.0.1', port, tls: false })
  await link.write(new TextEncoder().encode(`LOGIN {"username":"eve"}\nBROADCAST_REQ ${body}\nBYE\n`))
  while (await link.read());
  link.end()
}
