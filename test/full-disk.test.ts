import { protocols } from '@parley/protocols'
import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { restartableServer } from './restartable-server.ts'

const prlimit = '/usr/bin/prlimit'
const password = 'vita2048'
const listen = ['ident', 'helo', 'json', 'cp', 'chatos'].map((name) => `${name}://127.0.0.1:0`)
const chatos = protocols.find(({ name }) => name === 'chatos')!.notation
const chatosLines = ({ heard }: LineClient) => chatos.read(Buffer.from(heard, 'latin1')).lines

const skip = !existsSync(prlimit) && 'there is no prlimit'

describe('a server whose disk takes nothing', { skip, timeout: 60_000 }, () => {
  it('refuses what it would have to remember, goes on with everything else, and recovers by itself', async () => {
    const server = await restartableServer({ listen, settings: defaultSettings })
    try {
      for (const name of ['Carl', 'Dolce']) await server.addAccount(name, password)
      const open = async (protocol: string, signIn: string | Uint8Array, taken: RegExp): Promise<LineClient> => {
        const client = await LineClient.open(server.port(protocol))
        client.socket.write(signIn)
        await client.until(() => taken.test(client.heard), `signed in by ${protocol}`)
        return client
      }
      const ida = await open('ident', 'IDENT Ida\n', /^OK IDENT/m)
      const hela = await open('helo', 'HELO Hela\n', /^\+OK HELO/m)
      const dolce = await open('helo', `HELO Dolce ${password}\n`, /^\+OK HELO/m)
      const jon = await open('json', 'LOGIN_REQ {"username": "Jon"}\n', /^LOGIN_RESP \{"status":"OK"/m)
      const chas = await open('chatos', chatos.write('CR pseudo="Chas"'), /[^]/)
      const carl = await open('cp', `USERCarl\nPASS${password}\n`, /^230 /m)
      ida.send('PM Carl one', 'PM Carl two')
      await ida.hears('OK PM Carl two')
      carl.send('RMSG')
      await carl.hears('RMSGIda:one')
      dolce.send('CREATE_GROUP before')
      await dolce.hears('group "before" has been created')
      /** Resolves when the client hears this after saying that. */
      const says = async (client: LineClient, line: string | Uint8Array, reply: string) => {
        const before = client.heard.length
        client.socket.write(typeof line === 'string' ? `${line}\n` : line)
        await client.until(() => client.heard.includes(reply, before), `${String(line)} gets ${reply}`)
      }
      const limit = (bytes: string) => {
        const { status, stderr } = spawnSync(prlimit, ['--pid', `${server.process.pid}`, `--fsize=${bytes}:`])
        assert.equal(status, 0, String(stderr))
      }

      limit('0')
      // What has to be remembered. The first of them finds out.
      await says(ida, 'PM Dolce lost', 'FAIL11')
      await says(hela, 'PM @Dolce lost', '-SOFT_ERR')
      await says(
        jon,
        'PRIVATE_MESSAGE_REQ {"receiver": "Dolce", "message": "lost"}',
        'PRIVATE_MESSAGE_RESP {"status":"ERROR"',
      )
      await says(dolce, 'CREATE_GROUP lost', '-SOFT_ERR')
      await says(hela, 'CREATE_GROUP guests', '+SUCCESS group "guests" has been created')
      await says(dolce, 'JOIN_GROUP guests', '-SOFT_ERR')
      chas.socket.write(chatos.write('SPM sender="Chas" recipient="Dolce" message="lost"'))
      await chas.until(() => chatosLines(chas).at(-1) === 'ERROR Unreachable-User', 'chatos is refused')
      // What was fetched stays in the mailbox, and the next one is handed out all the same.
      await says(carl, '250', 'RMSGIda:two')
      await says(carl, '250', '255 end of messages')

      // What has not.
      await says(hela, 'PM @Ida to a guest', '')
      await ida.hears('PRIVATE_MESSAGE Hela to a guest')
      await says(ida, 'BCST to everybody', 'OK BCST')
      await hela.hears('BCST [Ida] to everybody')
      await jon.hears('to everybody')
      await chas.until(() => chatosLines(chas).some((line) => line.includes('to everybody')), 'chatos hears it')
      await open('ident', 'IDENT Late\n', /^OK IDENT/m).then((late) => late.close())
      await says(dolce, 'GET_GROUPS *groups', '+SUCCESS')
      assert.doesNotMatch(dolce.heard, /lost \(/)

      limit('unlimited')
      for (let at = ida.heard.length, taken = false; !taken; at = ida.heard.length) {
        ida.send('PM Dolce kept')
        await ida.until(() => /(FAIL11|OK PM Dolce kept).*\n/.test(ida.heard.slice(at)), 'a reply')
        taken = ida.heard.includes('OK PM Dolce kept', at)
        if (!taken) await new Promise((resolve) => setTimeout(resolve, 50))
      }
      await dolce.hears('BCST [Ida] (private) kept')
      assert.doesNotMatch(dolce.heard, /lost/, 'nothing that was refused arrives')
      await says(dolce, 'CREATE_GROUP after', 'group "after" has been created')
      await Promise.all([ida, hela, dolce, jon, chas, carl].map((client) => client.close()))
    } finally {
      await server.stop()
    }
  })
})
