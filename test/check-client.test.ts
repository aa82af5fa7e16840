import { judge, judgedProtocols, type CheckRun } from '@parley/conformance'
import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { command } from './restartable-server.ts'

async function judged(name: string, words: readonly string[], only: readonly string[] = []): Promise<CheckRun> {
  const options = { command: words, input: [], only, jobs: 3, timeoutMs: 15_000, strict: false }
  return await judge(name, judgedProtocols[name]!, options)
}

function failuresOf({ results }: CheckRun): readonly string[] {
  return results.flatMap(({ name, outcome, failure }) => (outcome === 'failed' ? [`${name}: ${failure?.problem}`] : []))
}

/** A client in a few lines, which says what it is given and then does with each line what `heard` says. */
function client(heard: string, greets = ''): readonly string[] {
  const program = `
    const socket = require('net').connect(Number(process.argv[1]), '127.0.0.1')
    const say = (text) => socket.write(text)
    ${greets === '' ? '' : `say(${JSON.stringify(greets)})`}
    let pending = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      const lines = (pending + chunk).split('\\n')
      pending = lines.pop()
      for (const line of lines) { ${heard} }
    })
    socket.on('close', () => process.exit(0))
    process.on('SIGTERM', () => process.exit(0))`
  return [process.execPath, '-e', program, '{port}']
}

describe('parley check client', { concurrency: 6 }, () => {
  const own = [process.execPath, command]
  for (const { name } of protocols) {
    it(`has nothing to say against our own client of ${name}`, async () => {
      const words =
        name === 'cp'
          ? ['env', 'PARLEY_PASSWORD=papageno', ...own, 'inbox', 'cp://judy@{host}:{port}']
          : [...own, 'chat', '{protocol}://judy@{host}:{port}', '--plain']
      const only = ['sign-in', 'heartbeat/answers', 'framing', 'messages', 'leaving', 'errors']
      const run = await judged(name, words, only)
      assert.deepEqual(failuresOf(run), [])
      assert.ok(run.results.filter(({ outcome }) => outcome === 'passed').length >= 4)
    })
  }

  const signsIn = `if (line.startsWith('INIT')) say('IDENT judy\\n')`
  const rows: readonly (readonly [what: string, words: readonly string[], only: string, verdict: RegExp])[] = [
    ['has no heartbeat', client(signsIn), 'answers-ping', /is to answer PING with PONG within 3 s/],
    [
      'answers too late',
      client(`${signsIn}; if (line === 'PING') setTimeout(() => say('PONG\\n'), 30_000)`),
      'answers-ping',
      /is to answer PING with PONG within 3 s/,
    ],
    ['speaks first', client('', 'IDENT judy\n'), 'waits-for-the-greeting', /is to say nothing before the greeting/],
    ['says PONG unasked', client(`${signsIn}; say('PONG\\n')`), 'no-pong-unasked', /send no PONG without a PING/],
    ['says words of its own', client(`say('HELLO server\\n')`), 'answers-ping', /no command of ident/],
    [
      'does not care whether its name is taken',
      client(`${signsIn}; if (line.startsWith('FAIL01')) say('BCST hello\\n')`),
      'name-taken',
      /because its name is taken/,
    ],
    [
      'leaves at any error',
      client(`${signsIn}; if (line.startsWith('FAIL')) process.exit(1); if (line === 'PING') say('PONG\\n')`),
      'stays-after-an-error',
      /is to answer PING with PONG/,
    ],
    [
      'does not connect',
      [process.execPath, '-e', 'console.log("no {port}"); process.exit(3)'],
      'answers',
      /ended with code 3/,
    ],
    ['cannot be started', ['/no/such/client', '{port}'], 'answers', /did not connect to 127\.0\.0\.1:\d+; .*ENOENT/],
    ['floods', client(`${signsIn}; say('BCST x\\n'.repeat(800_000))`), 'answers-ping', /floods the server/],
  ]
  for (const [what, words, only, verdict] of rows) {
    it(`sees that a client ${what}`, async () => {
      const run = await judged('ident', words, [only])
      const [failure] = failuresOf(run)
      assert.match(failure ?? 'nothing', verdict)
      assert.ok(run.results.every(({ meaning, outcome }) => outcome !== 'failed' || meaning))
    })
  }

  /** A client of `parley` that does it right, unless `line` is changed by `first`. */
  const right = `
    const body = JSON.parse(line)
    if (body.re === 1) say('{"id":2,"do":"sign-in","name":"judy"}\\n')
    if (body.event === 'ping') say('{"do":"pong"}\\n')
    if (body.ok === false && body.re === 2) process.exit(0)`
  const hello = '{"id":1,"do":"hello","versions":[1]}\n'
  const parley = (first: string, greets = hello) => client(`${first};${right}`, greets)
  const parleyRows: readonly (readonly [what: string, words: readonly string[], only: string, verdict: RegExp])[] = [
    [
      'signs in without a hello',
      parley('', '{"id":2,"do":"sign-in","name":"judy"}\n'),
      'hello-first',
      /say hello before/,
    ],
    [
      'knows no version that there is',
      parley('', hello.replace('1]', '9]')),
      'hello-first',
      /with 1 among its versions/,
    ],
    [
      'answers no ping',
      parley(`if (line.includes('"ping"')) return`),
      'answers-ping',
      /is to answer ping.* within 10 s/,
    ],
    [
      'answers too late',
      parley(`if (line.includes('"ping"')) return void setTimeout(() => say('{"do":"pong"}\\n'), 30_000)`),
      'answers-ping',
      /is to answer ping.* within 10 s/,
    ],
    [
      'says what is no JSON',
      parley(`if (line.includes('"re":2')) say('hello world\\n')`),
      'signs-in',
      /no JSON object/,
    ],
    ['says what is no object', parley(`if (line.includes('"re":2')) say('[1]\\n')`), 'signs-in', /no JSON object/],
    ['says no command', parley(`if (line.includes('"re":2')) say('{"id":3}\\n')`), 'signs-in', /has no "do"/],
    [
      'says a command of its own',
      parley(`if (line.includes('"re":2')) say('{"id":3,"do":"dance"}\\n')`),
      'signs-in',
      /dance, which is no command of parley/,
    ],
    ['has ids that are none', parley('', hello.replace('1', '[]')), 'hello-first', /with an id|id is no whole number/],
    [
      'cares for no refusal of its name',
      parley(`if (line.includes('name-taken')) return say('{"id":3,"do":"say","to":"*","text":"hi"}\\n')`),
      'name-taken',
      /because its name is taken/,
    ],
    [
      'leaves at any refusal',
      parley(`if (line.includes('"ok":false')) process.exit(1)`),
      'stays-after-a-refusal',
      /is to answer ping/,
    ],
    [
      'falls over a member that it does not know',
      parley(`if (line.includes('"mood"')) process.exit(1)`),
      'unknown-members',
      /is to answer ping/,
    ],
    [
      'stays when the server has said bye',
      parley(`socket.removeAllListeners('close'); socket.allowHalfOpen = true; setInterval(() => {}, 1000)`),
      'farewell',
      /close its connection after the server said bye/,
    ],
  ]
  describe('of parley', { concurrency: 6 }, () => {
    it('has nothing to say against one that does it right', async () => {
      const run = await judged('parley', parley(''), ['sign-in', 'heartbeat', 'framing', 'errors', 'leaving'])
      assert.deepEqual(failuresOf(run), [])
      assert.ok(run.results.filter(({ outcome }) => outcome === 'passed').length >= 11)
    })

    for (const [what, words, only, verdict] of parleyRows) {
      it(`sees that a client ${what}`, async () => {
        const run = await judged('parley', words, [only])
        assert.match(failuresOf(run)[0] ?? 'nothing', verdict)
      })
    }
  })

  it('skips what a client need not do', async () => {
    const { results } = await judged('helo', client(`if (line.startsWith('HELO')) say('HELO judy\\n')`), ['sealed'])
    assert.deepEqual(
      results.map(({ outcome, reason }) => [outcome, reason]),
      [['skipped', 'it gives no public key']],
    )
  })

  it('ends a client that does not want to end, and all that it started', async () => {
    const stop = new AbortController()
    const stubborn = `
      const { spawn } = require('child_process')
      process.on('SIGTERM', () => {})
      spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      require('net').connect(Number(process.argv[1]), '127.0.0.1')`
    const options = { command: [process.execPath, '-e', stubborn, '{port}'], input: [], only: ['answers-ping'] }
    const judging = judge('ident', judgedProtocols['ident']!, {
      ...options,
      jobs: 1,
      timeoutMs: 60_000,
      strict: false,
      signal: stop.signal,
    })
    setTimeout(() => stop.abort(), 500)
    assert.equal((await judging).interrupted, true)
  })
})
