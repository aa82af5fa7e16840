import { defaultSettings, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { killLoop } from './durability/kill-loop.ts'
import { shown, wrong } from './durability/shown.ts'
import { LineClient } from './line-client.ts'
import { command, exitOf, restartableServer, type RestartableServer } from './restartable-server.ts'

const listen = ['ident', 'cp'].map((protocol) => `${protocol}://127.0.0.1:0`)
const unlimited: Settings = {
  ...defaultSettings,
  limits: { ...defaultSettings.limits, messageRate: null },
  mailbox: { perPair: 10_000, perRecipient: 10_000, bytes: 16_777_216, guestShare: 1 },
}
const password = 'vita2048'

async function withServer(run: (server: RestartableServer) => Promise<void>): Promise<void> {
  const server = await restartableServer({ listen, settings: unlimited })
  try {
    await run(server)
  } finally {
    await server.stop()
  }
}

const signIns = {
  ident: { lines: (name: string) => [`IDENT ${name}`], reply: 'OK IDENT' },
  cp: { lines: (name: string) => [`USER${name}`, `PASS${password}`], reply: '230 ' },
}

async function signIn(server: RestartableServer, protocol: keyof typeof signIns, name: string): Promise<LineClient> {
  const client = await LineClient.open(server.port(protocol))
  client.send(...signIns[protocol].lines(name))
  await client.hears(signIns[protocol].reply)
  return client
}

describe('a server that is killed', () => {
  it('has lost none of the messages that it took, and delivers none that was acknowledged (X-5, P-7)', async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    context.diagnostic(`npm run durability -- --kills 100 --seed ${seed}`)
    const report = await killLoop({ kills: 4, seed })
    context.diagnostic(shown(report))
    assert.equal(wrong(report), undefined)
  })

  it('hands out no message again whose 250 led to the next one (P-6)', async () => {
    await withServer(async (server) => {
      await server.addAccount('Dolce', password)
      const ida = await signIn(server, 'ident', 'Ida')
      const all = Array.from({ length: 40 }, (_, number) => `number ${number}.`)
      ida.send(...all.map((each) => `PM Dolce ${each}`))
      await ida.hears(`OK PM Dolce ${all.at(-1)}`)

      const before = await signIn(server, 'cp', 'Dolce')
      before.send('RMSG')
      for (const each of all.slice(0, 20)) {
        await before.hears(each)
        before.send('250')
      }
      await server.restart('kill')
      await Promise.all([ida.closed(), before.closed()])
      const confirmed = before.heard.match(/^RMSG/gm)!.length - 1

      const after = await signIn(server, 'cp', 'Dolce')
      after.send('RMSG')
      await after.hears('RMSG')
      // The last 250 may have been carried out, and its reply lost with the process.
      const first = Number(/number (\d+)\./.exec(after.heard)![1])
      assert.ok(first === confirmed || first === confirmed + 1, `${confirmed} were confirmed, and then came ${first}`)
      for (const each of all.slice(first)) {
        await after.hears(each)
        after.send('250')
      }
      await after.hears('255 end of messages')
      const numbers = Array.from(after.heard.matchAll(/number (\d+)\./g), ([, number]) => Number(number))
      assert.deepEqual(numbers, [...all.keys()].slice(first))
      await after.close()
    })
  })
})

describe('a second server over the same data directory', () => {
  it('ends with 1 and says who holds it, and starts once the holder was killed', async () => {
    await withServer(async (server) => {
      const holder = server.process.pid
      const second = await serveAgain(server)
      assert.equal(second.code, 1)
      assert.match(second.said, new RegExp(`\\b${holder}\\b`))
      assert.ok(second.said.includes(server.data))
      assert.doesNotMatch(second.said, /\n\s+at /, 'no stack trace')

      const unharmed = await signIn(server, 'ident', 'Ida')
      await server.restart('kill')
      await unharmed.closed()
      assert.notEqual(server.process.pid, holder)
      const ida = await signIn(server, 'ident', 'Ida')
      await ida.close()
      const third = await serveAgain(server)
      assert.match(third.said, new RegExp(`\\b${server.process.pid}\\b`), 'the notice names the new holder')
    })
  })
})

/** Only for a directory that is held: the server must end by itself. */
async function serveAgain(server: RestartableServer): Promise<{ code: number | null; said: string }> {
  const config = join(server.data, 'config.json')
  const child = spawn(process.execPath, [command, 'serve', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, [code]] = await Promise.all([text(child.stderr), exitOf(child, 'a second server')])
  return { code, said }
}
