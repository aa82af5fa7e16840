import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loneSession } from '../../suites/lone-session.ts'
import { scriptedPeers, type ScriptedPeer } from '../../suites/scripted-peer.ts'
import { connect } from '../connect.ts'
import type { Chat } from '../chat.ts'
import { systemClock } from '../clock.ts'
import type { StoredMessage } from '../features.ts'
import { tcp } from '../node/index.ts'
import { CpConnection } from './connection.ts'
import { fetchMailbox } from './mailbox.ts'

type Script = (peer: ScriptedPeer) => void | Promise<void>

describe('a cp client and a server that is not ours', () => {
  it('takes PDUs without line ends, each by the silence behind it', async () => {
    await against(
      async (peer) => {
        for (const [said, reply] of [
          ['USERann\r\n', '220 received username successfully'],
          ['PASSsecret\r\n', '230 user authenticated successfully'],
          ['RMSG\r\n', 'RMSGbob:hello: you '],
          ['250 received message\r\n', '256 no new messages'],
        ] as const) {
          await peer.hears(said)
          peer.socket.write(reply)
        }
      },
      async (signIn) => {
        const chat = await signIn()
        const expected: StoredMessage[] = [{ from: 'bob', text: 'hello: you ', toAll: false }]
        assert.deepEqual(await Array.fromAsync(chat.mailbox.fetch()), expected)
        await chat.close()
      },
    )
  })

  it('says what came instead of a reply', async () => {
    for (const [said, code] of [
      ['INIT Welcome to somewhere\r\n', 'broken-server'],
      ['500 bad command\r\n', 'refused'],
      ['560 error sending username\r\n', 'name-invalid'],
      ['2200 no code\r\n', 'broken-server'],
      [Buffer.from([0xff, 0xfe, 0x0a]), 'broken-server'],
      ['x'.repeat(10_000), 'closed'],
    ] as const) {
      await against(
        async (peer) => {
          await peer.hears('USERann')
          peer.socket.write(said)
        },
        async (signIn) => assert.rejects(signIn(), { code }),
      )
    }
  })

  it('is told of words out of turn, and does not take them for an answer', async () => {
    await against(
      async (peer) => {
        await signInAnybody(peer)
        peer.socket.write('240 out of turn\r\n')
        await peer.hears('SMSGbob:hi\r\n')
        peer.socket.write('545 receiver user does not exist\r\n')
        await peer.hears('201')
      },
      async (signIn) => {
        const chat = await signIn()
        const { problem } = await new Promise<{ problem: string }>(
          (resolve) => void chat.on('protocol-violation', resolve),
        )
        assert.match(problem, /240 out of turn/)
        await assert.rejects(chat.tell('bob', 'hi'), { code: 'no-such-user' })
        await chat.close()
      },
    )
  })

  it('does without dates where the server knows none, and takes nothing that it would not leave', async () => {
    await against(
      async (peer) => {
        await signInAnybody(peer)
        await peer.hears('RMSG dates ')
        peer.socket.write('500 bad command\r\n')
        await peer.hears('RMSG\r\n')
        peer.socket.write('RMSGbob:hello\r\n')
        await peer.hears('250')
        peer.socket.write('255 end of messages\r\n')
        await peer.hears('RMSG keep ')
        peer.socket.write('500 bad command\r\n')
        await peer.hears('RMSG keep ')
        peer.socket.write('RMSGbob:[7f3a 20000101T000000Z] hello\r\n')
        await peer.hears('550')
      },
      async (signIn) => {
        const chat = await signIn()
        const expected: StoredMessage[] = [{ from: 'bob', text: 'hello', toAll: false }]
        assert.deepEqual(await Array.fromAsync(chat.mailbox.fetch({ dates: true })), expected)
        for (let times = 0; times < 2; times++) {
          await assert.rejects(Array.fromAsync(chat.mailbox.fetch({ keep: true })), { code: 'cannot' })
        }
        await chat.close()
      },
    )
  })

  it('hears that the connection broke in the middle of a fetch', async () => {
    await against(
      async (peer) => {
        await signInAnybody(peer)
        await peer.hears('RMSG\r\n')
        peer.socket.write('RMSGbob:1\r\n')
        await peer.hears('250')
        peer.socket.destroy()
      },
      async (signIn) => {
        const chat = await signIn()
        await assert.rejects(Array.fromAsync(chat.mailbox.fetch()), { code: 'closed' })
        await chat.close()
      },
    )
  })

  it('asks again for a message that it had in hand for too long, and passes it over', async () => {
    const said: string[] = []
    const server = await scriptedPeers(async (peer) => {
      for (const [hears, reply] of [
        ['RMSG\r\n', 'RMSGbob:1\r\n'],
        ['550', ''],
        ['201', ''],
        ['RMSG\r\n', 'RMSGbob:1\r\n'],
        ['250', 'RMSGbob:2\r\n'],
        ['250', '255 end of messages\r\n'],
      ] as const) {
        await peer.hears(hears)
        said.push(hears.trim())
        peer.socket.write(reply)
      }
    })
    const where = { host: '127.0.0.1', port: server.port, tls: false }
    const transport = tcp()
    const ended = Promise.withResolvers<void>()
    const connection = new CpConnection(await transport.connect(where), {
      ...loneSession(),
      name: 'ann',
      where,
      transport,
      clock: systemClock,
      emit: assert.fail,
      ended: () => ended.resolve(),
    })
    connection.listen((pdu) => assert.fail(JSON.stringify(pdu)))
    let now = 0
    const texts: string[] = []
    for await (const { text } of fetchMailbox(connection, {}, () => now)) {
      texts.push(text)
      if (text === '1') now += 9_000
    }
    assert.deepEqual(texts, ['1', '2'])
    assert.deepEqual(said, ['RMSG', '550', '201', 'RMSG', '250', '250'])
    await Promise.all([connection.quit(), server.close()])
    await ended.promise
  })
})

async function against(script: Script, run: (signIn: () => Promise<Chat>) => Promise<void>): Promise<void> {
  const server = await scriptedPeers(script)
  const options = { transport: tcp(), password: 'secret', reconnect: false }
  await run(() => connect(`cp://ann@127.0.0.1:${server.port}`, options))
  await server.close()
}

async function signInAnybody(peer: ScriptedPeer): Promise<void> {
  await peer.hears('USERann\r\n')
  peer.socket.write('220 received username successfully\r\n')
  await peer.hears('PASSsecret\r\n')
  peer.socket.write('230 user authenticated successfully\r\n')
}
