import { systemClock, type Clock } from '@parley/client'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { FakeStreams } from 'parley/src/fake-streams.ts'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { accept, ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { CommandsInProcess, firstLine } from '../commands-in-process.ts'
import { op } from './chatos-frames.ts'
import { chatosServer } from './chatos-server.ts'

/** How long our client waits for the OK to a TCPAbort (C-7), which this server never says. */
const abortMs = 2_000
/** A time in which that is over at once. */
const clock: Clock = { after: (ms, run) => systemClock.after(ms === abortMs ? 20 : ms, run) }

describe('our commands at a chatos server of the field', () => {
  let directory: string
  let commands: CommandsInProcess

  before(async () => {
    commands = await CommandsInProcess.open({ clock })
    directory = commands.directory
  })
  after(() => commands.close())
  afterEach(() => commands.end())

  it('talk and leave', { timeout: 10_000 }, async (t) => {
    const { port } = await chatosServer(t)
    const [ann, bob] = ['ann', 'bob'].map((name) => commands.talking(`chatos://${name}@127.0.0.1:${port}`))
    if (!ann || !bob) return
    await Promise.all([ann.hears(/you are ann over chatos/), bob.hears(/you are bob over chatos/)])
    ann.type('hello everybody')
    await bob.hears(/^ann: hello everybody$/m)
    bob.type('/msg ann psst')
    await ann.hears(/^bob to you \(plain\): psst$/m)
    ann.type('/msg nobody psst')
    await ann.hears(/^! there is no such user/m)
    ann.type('/users')
    await ann.hears(/^! chatos cannot tell who is here; ident, helo, json and parley can/m)
    ann.type('/quit')
    assert.equal(await ann.over, 0)
    bob.type('/msg ann still there?')
    await bob.hears(/^! there is no such user/m)
  })

  it('send from a script, and say why not', { timeout: 10_000 }, async (t) => {
    const { port } = await chatosServer(t)
    const url = `chatos://ours@127.0.0.1:${port}`
    const them = commands.talking(`chatos://them@127.0.0.1:${port}`)
    await them.hears(/you are them/)
    const sends = (words: readonly string[], options: object) =>
      commands.runs((environment) => send(url, words, { seal: false, ...options }, environment))
    assert.deepEqual(await sends(['good', 'morning'], {}), { code: 0, written: '', complaints: '' })
    await them.hears(/^ours: good morning$/m)
    assert.deepEqual(await sends(['psst'], { to: 'them' }), { code: 0, written: '', complaints: '' })
    await them.hears(/^ours to you \(plain\): psst$/m)
    const unknown = await sends(['psst'], { to: 'nobody' })
    assert.equal(unknown.code, 1)
    assert.match(unknown.complaints, /there is no such user/)
    const list = await commands.runs((environment) => users(url, {}, environment))
    assert.equal(list.code, 2)
    assert.match(list.complaints, /chatos cannot tell who is here/)
    const none = await commands.runs((environment) => inbox(url, {}, environment))
    assert.equal(none.code, 2)
    assert.match(none.complaints, /chatos has no mailbox to fetch, cp and parley have one/)
    const taken = await commands.runs((environment) => send(`chatos://them@127.0.0.1:${port}`, ['hi'], {}, environment))
    assert.equal(taken.code, 1)
    assert.match(taken.complaints, /the name them is in use, or registered/)
  })

  it('keep every packet within 1,024 bytes, whatever is said by whom', { timeout: 10_000 }, async (t) => {
    const { port } = await chatosServer(t)
    const [longName, otherName] = ['a'.repeat(64), 'b'.repeat(64)]
    const them = commands.talking(`chatos://${otherName}@127.0.0.1:${port}`)
    await them.hears(/you are b+ over chatos/)
    const words = Array.from({ length: 700 }, (_, index) => `${index}é😀`)
    const code = await commands.runs((environment) =>
      send(`chatos://${longName}@127.0.0.1:${port}`, [words.join('')], { to: otherName, seal: false }, environment),
    )
    assert.deepEqual(code, { code: 0, written: '', complaints: '' })
    const heard = await them.hears(/699é😀\n/)
    const texts = heard.matchAll(/^a+ to you \(plain\): (.*)$/gm)
    assert.equal(Array.from(texts, ([, text]) => text).join(''), words.join(''))
    const tooLong = await commands.runs((environment) =>
      send(`chatos://${'c'.repeat(256)}@127.0.0.1:${port}`, ['hi'], {}, environment),
    )
    assert.equal(tooLong.code, 1)
    assert.match(tooLong.complaints, /a chatos name has 1 to 255 bytes/)
  })

  it('carry connections through tunnels, several at once', { timeout: 10_000 }, async (t) => {
    const { port, heard } = await chatosServer(t)
    const service = createServer((socket) => socket.on('data', (bytes) => socket.end(String(bytes).toUpperCase())))
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const to = `127.0.0.1:${(service.address() as AddressInfo).port}`
    const { asking, stop } = await tunnel(
      port,
      (environment) => accept(`chatos://bob@127.0.0.1:${port}`, { to }, environment),
      [],
    )
    const entrance = ((await firstLine(asking)) as { port: number }).port
    const visits = Array.from({ length: 3 }, async (_, index) => {
      const socket = connectTcp({ host: '127.0.0.1', port: entrance })
      socket.write(`visit ${index}`)
      let answer = ''
      for await (const chunk of socket) answer += String(chunk)
      return answer
    })
    assert.deepEqual(await Promise.all(visits), ['VISIT 0', 'VISIT 1', 'VISIT 2'])
    assert.deepEqual(await stop(), [0, 0])
    assert.equal(asking.complaints, '')
    assert.equal(heard.filter((opcode) => opcode === op.TCPConnect).length, 3)
    await new Promise((resolve) => service.close(resolve))
  })

  it('ask for files through a tunnel as programs in the field do', { timeout: 10_000 }, async (t) => {
    const { port } = await chatosServer(t)
    const [theirs, ours] = [join(directory, 'theirs'), join(directory, 'ours')]
    await Promise.all([mkdir(theirs), mkdir(ours)])
    await writeFile(join(theirs, 'notes.txt'), 'hello\n')
    const exit = (environment: Parameters<typeof accept>[2]) =>
      accept(`chatos://bob@127.0.0.1:${port}`, { fieldFiles: theirs }, environment)
    const { over, stop } = await tunnel(port, exit, ['notes.txt'], ours)
    assert.equal(await over, 0)
    assert.equal(await readFile(join(ours, 'notes.txt'), 'utf8'), 'hello\n')
    await stop()
  })

  it('hear that somebody declined, and go on', { timeout: 10_000 }, async (t) => {
    const { port } = await chatosServer(t)
    const [ann, bob] = ['ann', 'bob'].map((name) => commands.talking(`chatos://${name}@127.0.0.1:${port}`))
    if (!ann || !bob) return
    await Promise.all([ann.hears(/you are ann/), bob.hears(/you are bob/)])
    const asking = new FakeStreams({ piped: '' })
    const { stop, environment } = commands.environmentOf(asking)
    const over = ask(`chatos://cem@127.0.0.1:${port}`, 'bob', ['a.txt'], { fieldFiles: directory }, environment)
    await bob.hears(/cem asks for a tunnel; \/accept 1 HOST:PORT/)
    bob.type('/decline')
    await bob.hears(/^= declined what cem offered$/m)
    assert.equal(await over, 1)
    assert.match(asking.complaints, /bob declined the tunnel/)
    bob.type('/msg ann psst')
    await ann.hears(/^bob to you \(plain\): psst$/m)
    stop.abort()
  })

  /** ann asks bob, who runs `exit`. */
  async function tunnel(
    port: number,
    exit: (environment: Parameters<typeof accept>[2]) => Promise<number>,
    names: readonly string[],
    fieldFiles?: string,
  ) {
    const [asking, accepting] = [new FakeStreams({ piped: '' }), new FakeStreams({ piped: '' })]
    const [annEnvironment, bobEnvironment] = [commands.environmentOf(asking), commands.environmentOf(accepting)]
    const bob = exit(bobEnvironment.environment)
    assert.deepEqual(await firstLine(accepting), { event: 'accepting' })
    const options = fieldFiles === undefined ? { listen: '0' } : { fieldFiles }
    const over = ask(`chatos://ann@127.0.0.1:${port}`, 'bob', names, options, annEnvironment.environment)
    const stop = () => {
      annEnvironment.stop.abort()
      bobEnvironment.stop.abort()
      return Promise.all([over, bob])
    }
    return { asking, over, stop }
  }
})
