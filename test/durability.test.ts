import { defaultSettings, type Settings } from '@parley/server'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { command, restartableServer, type RestartableServer } from './restartable-server.ts'

const listen = ['ident', 'json', 'cp'].map((protocol) => `${protocol}://127.0.0.1:0`)
const unlimited: Settings = {
  ...defaultSettings,
  limits: { ...defaultSettings.limits, messageRate: null },
  mailbox: { perPair: 10_000, perRecipient: 10_000 },
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
  ident: { lines: (name: string) => [`IDENT ${name}`], answer: 'OK IDENT' },
  json: { lines: (name: string) => [`LOGIN_REQ {"username": "${name}"}`], answer: 'LOGIN_RESP {"status":"OK"}' },
  cp: { lines: (name: string) => [`USER${name}`, `PASS${password}`], answer: '230 ' },
}

async function signIn(server: RestartableServer, protocol: keyof typeof signIns, name: string): Promise<LineClient> {
  const client = await LineClient.open(server.port(protocol))
  client.send(...signIns[protocol].lines(name))
  await client.hears(signIns[protocol].answer)
  return client
}

interface Sender {
  readonly protocol: keyof typeof signIns
  readonly name: string
  write(text: string): string
  readonly taken: RegExp
}

const senders: readonly Sender[] = [
  { protocol: 'cp', name: 'Carl', write: (text) => `SMSGDolce:${text}`, taken: /^240 /gm },
  { protocol: 'ident', name: 'Ida', write: (text) => `PM Dolce ${text}`, taken: /^OK PM /gm },
  {
    protocol: 'json',
    name: 'Jon',
    write: (text) => `PRIVATE_MESSAGE_REQ {"receiver": "Dolce", "message": "${text}"}`,
    taken: /^PRIVATE_MESSAGE_RESP \{"status":"OK"\}/gm,
  },
]

describe('a server that is killed', () => {
  it('has lost none of the messages that it took while many were in flight (X-5, P-7)', async () => {
    await withServer(async (server) => {
      await server.addAccount('Carl', password)
      await server.addAccount('Dolce', password)
      const said = 1_000
      const talking = await Promise.all(
        senders.map(async (sender) => ({ ...sender, client: await signIn(server, sender.protocol, sender.name) })),
      )
      const takenFrom = ({ client, taken }: (typeof talking)[number]) => client.heard.match(taken)?.length ?? 0
      for (const { client, write } of talking) {
        client.send(...Array.from({ length: said }, (_, number) => write(`number ${number}.`)))
      }
      await Promise.race(
        talking.map((sender) => sender.client.until(() => takenFrom(sender) >= 50, `50 taken from ${sender.name}`)),
      )
      await server.restart('kill')
      await Promise.all(talking.map(({ client }) => client.closed()))
      const taken = talking.map(takenFrom)
      assert.ok(
        taken.some((count) => count >= 50) && taken.some((count) => count < said),
        `nothing was in flight when the server was killed: ${taken.join()}`,
      )

      const witness = await signIn(server, 'ident', 'Witness')
      witness.send('PM Dolce that is all')
      await witness.hears('OK PM Dolce that is all')
      const dolce = await LineClient.open(server.port('ident'))
      dolce.send(`IDENT Dolce ${password}`)
      await dolce.hears('PRIVATE_MESSAGE Witness that is all\n')
      for (const [index, { name }] of senders.entries()) {
        const kept = Array.from(dolce.heard.matchAll(new RegExp(`^PRIVATE_MESSAGE ${name} number (\\d+)\\.$`, 'gm')))
        const numbers = kept.map(([, number]) => Number(number))
        assert.deepEqual(numbers, [...numbers.keys()], `${name}: each once, in the order of sending, without a gap`)
        assert.ok(numbers.length >= taken[index]!, `${name}: ${taken[index]} were taken, ${numbers.length} are there`)
      }
      await Promise.all([witness.close(), dolce.close()])
    })
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
      // The last 250 may have been carried out, and its answer lost with the process.
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
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>])
  return { code, said }
}
