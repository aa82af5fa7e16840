import { Middleman, parseTranscript, play, Recorder, reportFailure, TapLines, type Passed } from '@parley/conformance'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { LineClient } from './line-client.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const listen = ['ident', 'helo', 'cp', 'chatos', 'parley'].map((name) => `${name}://127.0.0.1:0`)

/** Runs `talk` with a port in front of a server's listener for each protocol, and returns what passed. */
async function between(
  protocols: readonly string[],
  talk: (port: (protocol: string) => number, server: ServerUnderTest) => Promise<void>,
  tell: (protocol: string, passed: Passed) => void,
): Promise<void> {
  const server = await serverUnderTest({ listen })
  await server.addAccount('dolce', 'vita2048')
  const middlemen = new Map<string, Middleman>()
  try {
    for (const protocol of protocols) {
      const upstream = { host: '127.0.0.1', port: server.port(protocol) }
      const where = { host: '127.0.0.1', port: 0 }
      middlemen.set(protocol, await Middleman.listen(where, upstream, (passed) => tell(protocol, passed)))
    }
    await talk((protocol) => middlemen.get(protocol)!.port, server)
  } finally {
    await Promise.all(Array.from(middlemen.values(), (each) => each.stop()))
    await server.stop()
  }
}

/** Plays a recording against a server that knows nothing of what was recorded. */
async function plays(text: string): Promise<void> {
  const parsed = parseTranscript('recorded.transcript', text)
  assert.ok(parsed.ok, `${JSON.stringify(parsed)}\n${text}`)
  const server = await serverUnderTest({ listen })
  try {
    for (const { name, password } of parsed.value.accounts) await server.addAccount(name, password)
    const verdict = await play(parsed.value, server.target)
    assert.equal(
      verdict.outcome,
      'passed',
      verdict.outcome === 'failed' ? `${reportFailure(parsed.value, verdict.failure)}\n\n${text}` : '',
    )
  } finally {
    await server.stop()
  }
}

describe('parley record', () => {
  it('writes a session of two clients over two protocols down as a transcript that runs', async () => {
    const recorder = new Recorder({ time: false })
    let now = 0
    await between(
      ['ident', 'helo'],
      async (port) => {
        const ann = await LineClient.open(port('ident'))
        await ann.hears('INIT')
        ann.send('IDENT ann')
        await ann.hears('OK IDENT ann')
        const dolce = await LineClient.open(port('helo'))
        await dolce.hears('HELO Welkom')
        dolce.send('HELO dolce vita2048')
        await ann.hears('JOINED dolce')
        ann.send('BCST <b>what</b> a day ')
        await dolce.hears('BCST [ann] <b>what</b>')
        dolce.send('CREATE_GROUP cats')
        await dolce.hears('+SUCCESS')
        dolce.send('QUIT')
        await ann.hears('LEFT dolce')
        ann.socket.end()
      },
      (protocol, passed) => recorder.note(protocol, passed, ++now),
    )
    const text = recorder.transcript('ident://somewhere', '2026-11-21')
    assert.match(text, /^# Recorded at ident:\/\/somewhere, 2026-11-21\./)
    assert.match(text, /\nann <- INIT <welcome>\n/)
    assert.match(text, /\naccount dolce "secret12"\n/)
    assert.ok(!text.includes('vita2048'), 'the password was written down')
    assert.match(text, /\nann -> raw "BCST <b>what<\/b> a day \\n"\n/)
    await plays(text)
  })

  it('leaves heartbeats out, or writes them down with the time that passes', async () => {
    for (const time of [false, true]) {
      const recorder = new Recorder({ time })
      let now = 0
      await between(
        ['ident'],
        async (port, server) => {
          const ann = await LineClient.open(port('ident'))
          await ann.hears('INIT')
          ann.send('IDENT ann')
          await ann.hears('OK IDENT ann')
          now += 10_000
          server.clock.advance(10_000)
          await ann.hears('PING')
          ann.send('PONG', 'BCST still here')
          await ann.hears('OK BCST')
          ann.send('QUIT')
          await ann.hears('OK Goodbye')
        },
        (protocol, passed) => recorder.note(protocol, passed, now),
      )
      const text = recorder.transcript('here', 'today')
      assert.equal(text.includes('PING'), time)
      assert.equal(text.includes('\n+10000ms\nann <- PING\n'), time)
      await plays(text)
    }
  })

  it('writes packets and messages without a line end down, too', async () => {
    const recorder = new Recorder({ time: false })
    await between(
      ['chatos', 'cp'],
      async (port) => {
        const ann = await ChatUnderTest.open(`chatos://ann@127.0.0.1:${port('chatos')}`)
        const dolce = await ChatUnderTest.open(`cp://dolce@127.0.0.1:${port('cp')}`, { password: 'vita2048' })
        await ann.chat.say('hello')
        await dolce.chat.tell('ann', 'good morning')
        await ann.hears('private-message dolce good morning')
        await dolce.chat.close()
        await ann.chat.close()
      },
      (protocol, passed) => recorder.note(protocol, passed, 0),
    )
    const text = recorder.transcript('here', 'today')
    assert.match(text, /\nann -> CR pseudo="ann"\n/)
    assert.match(text, /\ndolce -> SMSGann:good morning\n/)
    await plays(text)
  })
})

/** Dolce signs in with a password, gets a token, and comes back with it while ann listens. */
async function talkOfDevices(port: number): Promise<void> {
  const hello = '{"id":0,"do":"hello","versions":[1]}'
  const ann = await LineClient.open(port)
  ann.send(hello, '{"id":1,"do":"sign-in","name":"ann"}')
  await ann.hears('{"re":1,')
  const one = await LineClient.open(port)
  one.send(hello, '{"id":1,"do":"sign-in","name":"dolce","password":"vita2048","device":"laptop"}')
  await one.hears('{"re":1,')
  await ann.hears('{"event":"joined"')
  one.send('{"id":2,"do":"say","to":"*","text":"hello"}')
  await one.hears('{"re":2,')
  await ann.hears('{"event":"message"')
  one.socket.end()
  await ann.hears('{"event":"left"')
  ann.send('{"id":3,"do":"quit"}')
  await ann.hears('{"event":"bye"')
}

describe('parley record and tap of parley', () => {
  it('a recording runs, and holds neither password nor token', async () => {
    const recorder = new Recorder({ time: false })
    let now = 0
    await between(
      ['parley'],
      (port) => talkOfDevices(port('parley')),
      (protocol, passed) => recorder.note(protocol, passed, ++now),
    )
    const text = recorder.transcript('here', 'today')
    assert.ok(!text.includes('vita2048'), 'the password was written down')
    assert.match(text, /"token":"<token>"/)
    assert.match(text, /"do":"say".*\n.*"seq":<(seq\d*)>.*\n(?:.*\n)*?ann <- .*"event":"message".*"seq":<\1>/)
    await plays(text)
  })

  it('a tap hides passwords and tokens of both sides, unless it is asked for them', async () => {
    for (const secrets of [false, true]) {
      const tap = new TapLines('parley', { colour: false, secrets, bytes: false, quiet: false })
      let shown = ''
      await between(
        ['parley'],
        (port) => talkOfDevices(port('parley')),
        (_, passed) => (shown += tap.show(passed, new Date(0))),
      )
      const token = '{"id":1,"do":"sign-in","name":"dolce","token":"Zm9v","password":"vita2048"}\n'
      shown += tap.show({ kind: 'said', connection: 9, by: 'client', bytes: Buffer.from(token) }, new Date(0))
      assert.equal(shown.includes('vita2048'), secrets)
      assert.equal(shown.includes('Zm9v'), secrets)
      assert.equal(/"token":"•••"/.test(shown), !secrets)
    }
  })
})

describe('parley tap', () => {
  it('shows lines and packets decoded, without passwords', async () => {
    const lines = new Map(
      ['chatos', 'cp'].map((protocol) => [
        protocol,
        new TapLines(protocol, { colour: false, secrets: false, bytes: false, quiet: false }),
      ]),
    )
    let shown = ''
    await between(
      ['chatos', 'cp'],
      async (port) => {
        const ann = await ChatUnderTest.open(`chatos://ann@127.0.0.1:${port('chatos')}`)
        const dolce = await ChatUnderTest.open(`cp://dolce@127.0.0.1:${port('cp')}`, { password: 'vita2048' })
        await ann.chat.say('hello')
        await dolce.chat.close()
        await ann.chat.close()
      },
      (protocol, passed) => (shown += lines.get(protocol)!.show(passed, new Date(0))),
    )
    assert.match(
      shown,
      /^00:00:00\.000 #1 -- connects\n00:00:00\.000 #1 -> CR pseudo="ann"\n00:00:00\.000 #1 <- ERROR OK\n/,
    )
    assert.match(shown, /#1 -> SMA sender="ann" message="hello"\n/)
    assert.match(shown, /#1 -> USERdolce\n.*#1 <- 220 received username successfully\n.*#1 -> PASS•••\n/)
    assert.ok(!shown.includes('vita2048'))
    assert.match(shown, /-- the client ends the connection\n/)
  })

  it('has colours and bytes if asked, leaves out heartbeats, and shows nothing that a terminal would obey', () => {
    const tap = new TapLines('ident', { colour: true, secrets: true, bytes: true, quiet: true })
    const said = (by: 'client' | 'server', text: string) =>
      tap.show({ kind: 'said', connection: 2, by, bytes: Buffer.from(text) }, new Date(0))
    assert.equal(said('server', 'PI') + said('server', 'NG\r\n') + said('client', 'PONG\n'), '')
    assert.equal(
      said('client', 'IDENT ann pw\n'),
      '\x1b[36m00:00:00.000 #2 -> IDENT ann pw\x1b[0m\n' +
        '\x1b[2m           0  49 44 45 4e 54 20 61 6e 6e 20 70 77 0a           IDENT ann pw.\x1b[0m\n',
    )
    assert.match(said('server', 'BCST eve \x1b[2J\n'), /BCST eve \\x1b\[2J/)
    const end = tap.show({ kind: 'ended', connection: 2, by: 'server', broken: true }, new Date(0))
    assert.match(end, /the server breaks the connection/)
  })
})
