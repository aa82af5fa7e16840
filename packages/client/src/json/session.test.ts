import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scriptedPeers, type ScriptedPeer } from '../../suites/scripted-peer.ts'
import type { Chat } from '../chat.ts'
import { connect } from '../connect.ts'
import { tcp } from '../node/index.ts'

type Script = (peer: ScriptedPeer) => void | Promise<void>

describe('a json client and a server that is not ours', () => {
  it("speaks the field form where the document's word is not known, and understands it", async () => {
    await against(
      async (peer) => {
        peer.socket.write('WELCOME {"msg": "hello"}\r\n')
        for (const [said, ...replies] of [
          ['LOGIN_REQ', 'UNKNOWN_COMMAND'],
          ['LOGIN {"username":"ann"}', 'LOGIN_RESP {"code": 0, "status": "OK"}'],
          ['GUESS_NUMBER_REQ {"number":9}', 'GUESS_NUMBER_RESP {"status": "TOO_HIGH", "result": 1, "code": 0}'],
          ['GUESS_NUMBER_REQ {"number":8}', 'GUESS_NUMBER_RESP {"result": "-1"}'],
          ['GUESS_NUMBER_REQ {"number":99}', 'GUESS_NUMBER_RESP {"status": "OUT_OF_RANGE", "result": 0, "code": 0}'],
          [
            'PRIVATE_MESSAGE_REQ',
            'PRIVATE_MESSAGE {"code":0,"status":"OK","message":"{\\"sender\\":\\"bob\\",\\"message\\":\\"hi\\"}"}',
            'GAME_RESULTS {"2":"20 ms","1":"30 ms","bob":"-timed out-","ann":"10 ms"}',
            'PRIVATE_MESSAGE_RESP {"status": "Ok"}',
          ],
        ] as const) {
          await peer.hears(said)
          for (const reply of replies) peer.socket.write(`${reply}\n`)
        }
      },
      async (signIn) => {
        const chat = await signIn()
        const heard: unknown[] = []
        chat.on('private-message', (what) => heard.push(what))
        chat.on('game-finished', ({ results }) => heard.push(results.map(({ user }) => user)))
        assert.equal(await chat.game.guess(9), 'high')
        assert.equal(await chat.game.guess(8), 'low')
        await assert.rejects(chat.game.guess(99), /between 1 and 50/)
        await chat.tell('bob', 'hi')
        assert.deepEqual(heard, [{ from: 'bob', text: 'hi', secrecy: 'plain' }, ['ann', '2', '1', 'bob']])
        await chat.close()
      },
    )
  })

  it('is refused, and says by whom and why, whatever comes instead of a sign-in', async () => {
    for (const [said, code, isAnswer = false] of [
      ['INIT Welcome\n', 'broken-server'],
      ['LOGIN_RESP {"status":"OK"}\n', 'broken-server'],
      ['LOGIN_RESP []\n', 'broken-server', true],
      ['LOGIN_RESP {"status":"ERROR","code":"5000"}\n', 'name-taken', true],
      ['LOGIN_RESP {"status":"ERROR"}\n', 'refused', true],
      ['DSCN {"reason":7100}\n', 'closed'],
      ['x'.repeat(1_100_000), 'closed'],
      ['', 'closed'],
    ] as const) {
      await against(
        async (peer) => {
          if (isAnswer) await welcome(peer)
          peer.socket.write(said)
        },
        async (signIn, hangUp) => {
          const signedIn = assert.rejects(signIn(), { code }, `after ${said.slice(0, 60)}`)
          if (said === '') await hangUp()
          await signedIn
        },
      )
    }
  })

  it('goes on behind everything that no server should say, and tells of it', async () => {
    const violations = [
      'JOINED {"username": 7}',
      'LEFT',
      'BROADCAST {"username": "bob"}',
      'PRIVATE_MESSAGE {"message": "{"}',
      'BROADCAST_RESP {"status": "OK"}',
      'SECURE_MESSAGE {"sender": "bob"}',
      'SECURE_MESSAGE_REQ {"sender": null}',
      'SECURE_MESSAGE_RES {"status": "ERROR", "code": 6001}',
      'FILE_TRANSFER_REQUEST {"filename": "x"}',
      'FILE_TRANSFER_RESPONSE {"status": "OK", "transferId": "x"}',
      '\u001b[2J {"__proto__": {"status": "OK"}}',
      'constructor {',
    ]
    await against(
      async (peer) => {
        await welcome(peer)
        peer.socket.write('LOGIN_RESP {"status":"OK"}\n')
        peer.socket.write(`${violations.join('\n')}\nGAME_RESULTS {"results": [1]}\nPING\n`)
        await peer.hears('PONG')
        peer.socket.write('BROADCAST {"username": "bob", "message": "still here"}\n')
        await peer.hears('LIST_USERS_REQ')
        peer.socket.write('LIST_USERS_RESP {"users": [1]}\n')
        await peer.hears('LIST_USERS_REQ')
        peer.socket.write('LIST_USERS_RESP {"users": ["ann"]}\n')
      },
      async (signIn) => {
        const chat = await signIn()
        const problems: string[] = []
        chat.on('protocol-violation', ({ problem }) => problems.push(problem))
        await new Promise((resolve) => void chat.on('broadcast', resolve))
        await assert.rejects(chat.users(), { code: 'broken-server' })
        assert.deepEqual(await chat.users(), ['ann'])
        assert.equal(problems.length, violations.length)
        await chat.close()
      },
    )
  })

  it('is cut off from a server that never ends a line, with the reason', async () => {
    await against(
      async (peer) => {
        await welcome(peer)
        peer.socket.write('LOGIN_RESP {"status":"OK"}\n')
        peer.socket.write('y'.repeat(2_000_000))
      },
      async (signIn) => {
        const chat = await signIn()
        const { reason } = await new Promise<{ reason: string }>((resolve) => void chat.on('closed', resolve))
        assert.match(reason, /line without an end/)
        await assert.rejects(chat.say('hi'), { code: 'closed' })
      },
    )
  })
})

async function welcome(peer: ScriptedPeer): Promise<void> {
  peer.socket.write('WELCOME\n')
  await peer.hears('LOGIN_REQ')
}

async function against(
  script: Script,
  run: (signIn: () => Promise<Chat>, hangUp: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const came = Promise.withResolvers<ScriptedPeer>()
  const server = await scriptedPeers((peer) => {
    came.resolve(peer)
    return script(peer)
  })
  const hangUp = async () => void (await came.promise).socket.end()
  const options = { transport: tcp(), sealing: 'off', reconnect: false } as const
  await run(() => connect(`json://ann@127.0.0.1:${server.port}`, options), hangUp)
  await server.close()
}
