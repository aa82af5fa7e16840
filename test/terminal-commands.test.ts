import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { FakeStreams } from 'parley/src/fake-streams.ts'
import { inbox } from 'parley/src/inbox.ts'
import { send } from 'parley/src/send.ts'
import { accept, ask } from 'parley/src/tunnel.ts'
import { users } from 'parley/src/users.ts'
import { CommandsInProcess, firstLine } from './commands-in-process.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

describe('the commands of the client, with a server', () => {
  let server: ServerUnderTest
  let directory: string
  let commands: CommandsInProcess

  before(async () => {
    const names = ['ident', 'helo', 'json', 'cp', 'chatos', 'parley']
    server = await serverUnderTest({ listen: names.map((name) => `${name}://127.0.0.1:0`) })
    commands = await CommandsInProcess.open()
    directory = commands.directory
    for (const name of ['carol', 'dave', 'erin']) await server.addAccount(name, 'geheim')
  })
  after(async () => {
    await commands.close()
    await server.stop()
  })

  const url = (protocol: string, name: string) => `${protocol}://${name}@127.0.0.1:${server.port(protocol)}`

  const environmentOf = (streams: FakeStreams) => commands.environmentOf(streams)
  const talking = (protocol: string, name: string) =>
    commands.talking(url(protocol, name), { seal: false, filePort: String(server.port('json-files')) })
  const runs: CommandsInProcess['runs'] = (command, password) => commands.runs(command, password)

  afterEach(() => commands.end())

  test('two people talk across protocols, and each sees the other come and go', { timeout: 5_000 }, async () => {
    const ann = talking('ident', 'ann')
    await ann.hears(/you are ann over ident/)
    const bob = talking('json', 'bob')
    await bob.hears(/you are bob over json/)
    await ann.hears(/\* bob joined/)
    ann.type('hello everybody')
    await bob.hears(/^ann: hello everybody$/m)
    bob.type('/msg ann psst')
    await ann.hears(/^bob to you \(plain\): psst$/m)
    await bob.hears(/^you to ann \(plain\): psst$/m)
    bob.type('/quit')
    assert.equal(await bob.over, 0)
    await ann.hears(/\* bob left/)
  })

  test('over parley all of it works, and what was said is searched and read later', { timeout: 20_000 }, async () => {
    const password = 'geheim'
    const carol = commands.talking(url('parley', 'carol'), { seal: false }, password)
    await carol.hears(/you are carol over parley/)
    const ann = talking('ident', 'ann')
    await ann.hears(/you are ann over ident/)
    ann.type('it rains')
    await carol.hears(/^ann: it rains$/m)
    carol.type('/msg ann psst')
    await ann.hears(/^carol to you \(plain\): psst$/m)
    carol.type('/search rains')
    await carol.hears(/ ann: it rains$/m)
    const { code, written } = await runs((environment) => users(url('parley', 'eve'), {}, environment))
    assert.equal(code, 0)
    assert.match(written, /^carol$/m)
    carol.type('/quit')
    assert.equal(await carol.over, 0)
    const said = await runs(
      (environment) => send(url('parley', 'dave'), ['are you there?'], { to: 'erin', seal: false }, environment),
      password,
    )
    assert.equal(said.code, 0, said.complaints)
    const first = await runs((environment) => inbox(url('parley', 'erin'), {}, environment), password)
    assert.match(first.written, /dave: are you there\?$/m)
    const again = await runs((environment) => inbox(url('parley', 'erin'), {}, environment), password)
    assert.equal(again.written, '')
  })

  test('the inbox over parley shows what the mailbox has, of guests too, and leaves nothing there', async () => {
    const password = 'geheim'
    const tell = (name: string, text: string, secret?: string) =>
      runs((environment) => send(url('ident', name), [text], { to: 'carol', seal: false }, environment), secret)
    for (const said of [await tell('gus', 'from a guest'), await tell('dave', 'from an account', password)]) {
      assert.equal(said.code, 0, said.complaints)
    }
    const fetch = (protocol: string, keep: boolean) =>
      runs((environment) => inbox(url(protocol, 'carol'), keep ? { keep } : {}, environment), password)
    const shown = /^[-\d]{10} [:\d]{5} gus: from a guest\n[-\d]{10} [:\d]{5} dave: from an account\n$/
    const left = await fetch('parley', true)
    assert.match(left.written, shown)
    assert.equal(left.complaints, 'They stay in the mailbox.\n')
    assert.match((await fetch('parley', false)).written, shown)
    assert.deepEqual(await fetch('cp', false), { code: 0, written: '', complaints: 'Nothing waits.\n' })
    assert.deepEqual(await fetch('parley', false), { code: 0, written: '', complaints: 'Nothing waits.\n' })
  })

  test('a file goes from helo to json by a command on each side', { timeout: 5_000 }, async () => {
    const [ann, bob] = [talking('helo', 'ann'), talking('json', 'bob')]
    await Promise.all([ann.hears(/you are ann/), bob.hears(/you are bob/)])
    await writeFile(join(directory, 'notes.txt'), 'hello\n'.repeat(1_000))
    ann.type(`/file bob ${join(directory, 'notes.txt')}`)
    await bob.hears(/ann offers the file notes\.txt of 5\.9 KiB, not sealed; \/accept 1/)
    bob.type('/accept')
    await bob.hears(/notes\.txt from ann is /)
    await ann.hears(/notes\.txt to bob was delivered/)
    assert.equal(await readFile(join(directory, 'bob', 'notes.txt'), 'utf8'), 'hello\n'.repeat(1_000))
  })

  for (const protocol of ['helo', 'json']) {
    test(
      `whoever leaves over ${protocol} while a file is not answered is told, and may`,
      { timeout: 4_000 },
      async () => {
        const [ann, bob] = [talking(protocol, 'ann'), talking('json', 'bob')]
        await Promise.all([ann.hears(/you are ann/), bob.hears(/you are bob/)])
        await writeFile(join(directory, 'notes.txt'), 'hello\n')
        ann.type(`/file bob ${join(directory, 'notes.txt')}`)
        await bob.hears(/ann offers the file notes\.txt/)
        ann.type('/quit')
        await ann.hears(
          /^= waiting for notes\.txt to bob \(nothing of it is sent yet\); \/quit once more leaves at once$/m,
        )
        ann.type('/quit')
        assert.equal(await ann.over, 0)
        await ann.hears(/^! left before it was finished: notes\.txt to bob/m)
        await bob.hears(/\* ann left/)
      },
    )
  }

  test('what is sent waits in a mailbox, and the inbox takes it out', { timeout: 5_000 }, async () => {
    const sent = await runs((environment) =>
      send(url('json', 'ann'), ['see you', 'at eight'], { to: 'carol', seal: false }, environment),
    )
    assert.deepEqual(sent, { code: 0, written: '', complaints: '' })
    const fetch = (keep?: boolean) =>
      runs((environment) => inbox(url('cp', 'carol'), keep ? { keep } : {}, environment), 'geheim')
    const kept = await fetch(true)
    assert.match(kept.written, /^\d{4}-\d\d-\d\d \d\d:\d\d ann: see you at eight\n$/)
    assert.deepEqual(kept, { code: 0, written: kept.written, complaints: 'It stays in the mailbox.\n' })
    assert.deepEqual(await fetch(), { code: 0, written: kept.written, complaints: '' })
    assert.deepEqual(await fetch(), { code: 0, written: '', complaints: 'Nothing waits.\n' })
  })

  test('users are listed, and what cannot be is said with its exit code', { timeout: 5_000 }, async () => {
    assert.equal((await runs((environment) => users(url('helo', 'ann'), {}, environment))).written, 'ann\n')
    const unknown = await runs((environment) =>
      send(url('ident', 'ann'), ['hi'], { to: 'nobody', seal: false }, environment),
    )
    assert.equal(unknown.code, 1)
    assert.match(unknown.complaints, /^error: there is no user nobody here; messages wait for registered users only/)
    const wrong = await runs((environment) => users(url('ident', 'dave'), {}, environment), 'wrong')
    assert.equal(wrong.code, 1)
    assert.match(wrong.complaints, /^error: the password of dave is wrong, or dave is signed in already/)
    assert.equal((await runs((environment) => inbox(url('json', 'ann'), {}, environment))).code, 2)
  })

  test('a port of this machine leads through tunnels to a service of the other user', { timeout: 5_000 }, async () => {
    const service = createServer((socket) => socket.on('data', (bytes) => socket.end(String(bytes).toUpperCase())))
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const to = `127.0.0.1:${(service.address() as AddressInfo).port}`
    const [asking, accepting] = [new FakeStreams({ piped: '' }), new FakeStreams({ piped: '' })]
    const [annEnvironment, bobEnvironment] = [environmentOf(asking), environmentOf(accepting)]
    const bob = accept(url('chatos', 'bob'), { to, from: ['ANN'] }, bobEnvironment.environment)
    assert.deepEqual(await firstLine(accepting), { event: 'accepting' })
    const ann = ask(url('chatos', 'ann'), 'bob', [], { listen: '0' }, annEnvironment.environment)
    const { port } = (await firstLine(asking)) as { port: number }
    const visits = Array.from({ length: 10 }, async (_, index) => {
      const socket = connectTcp({ host: '127.0.0.1', port })
      socket.write(`visit ${index}`)
      let answer = ''
      for await (const chunk of socket) answer += String(chunk)
      return answer
    })
    assert.deepEqual(
      await Promise.all(visits),
      visits.map((_, index) => `VISIT ${index}`),
    )
    annEnvironment.stop.abort()
    bobEnvironment.stop.abort()
    assert.deepEqual(await Promise.all([ann, bob]), [0, 0])
    assert.deepEqual([asking.complaints, accepting.complaints], ['', ''])
    await new Promise((resolve) => service.close(resolve))
  })
})
