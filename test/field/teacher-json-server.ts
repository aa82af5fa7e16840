import type { TestContext } from 'node:test'
import { lineServer, wordAndRest, type LineScript, type LineServer, type ServedClient } from './line-server.ts'

type Body = { readonly [member: string]: unknown }

/**
 * A `json` server as a teacher's in the field is: level 1 of the document with LOGIN for LOGIN_REQ. It reads what it is sent, so
 * BROADCAST_REQ must have its object, and it says so when it does not know a word.
 */
export function teacherJsonServer(t: TestContext): Promise<LineServer> {
  return lineServer(t, teacherScript)
}

function teacherScript(peers: ReadonlySet<ServedClient>): LineScript {
  const toOthers = (peer: ServedClient, header: string, body: Body) => {
    for (const other of peers) if (other !== peer && other.name !== null) say(other, header, body)
  }

  const login = (peer: ServedClient, username: string | undefined) => {
    const refuse = (code: number) => say(peer, 'LOGIN_RESP', { status: 'ERROR', code })
    if (username === undefined) return peer.say('PARSE_ERROR')
    if (peer.name !== null) return refuse(5002)
    if (!/^\w{3,14}$/.test(username)) return refuse(5001)
    if ([...peers].some(({ name }) => name === username)) return refuse(5000)
    peer.name = username
    say(peer, 'LOGIN_RESP', { status: 'OK' })
    toOthers(peer, 'JOINED', { username })
  }

  const broadcast = (peer: ServedClient, message: string | undefined) => {
    if (message === undefined) return peer.say('PARSE_ERROR')
    if (peer.name === null) return say(peer, 'BROADCAST_RESP', { status: 'ERROR', code: 6000 })
    say(peer, 'BROADCAST_RESP', { status: 'OK' })
    toOthers(peer, 'BROADCAST', { username: peer.name, message })
  }

  return {
    greeting: 'WELCOME {"msg":"Welcome to the server 1.5"}',
    heard(peer, line) {
      const [header, payload] = wordAndRest(line)
      switch (header) {
        case 'LOGIN':
          return login(peer, textIn(payload, 'username'))
        case 'BROADCAST_REQ':
          return broadcast(peer, textIn(payload, 'message'))
        case 'PONG':
          return say(peer, 'PONG_ERROR', { code: 8000 })
        case 'BYE':
          return peer.end('BYE_RESP {"status":"OK"}')
        default:
          peer.say('UNKNOWN_COMMAND')
      }
    },
    left(peer) {
      if (peer.name !== null) toOthers(peer, 'LEFT', { username: peer.name })
    },
  }
}

function say(peer: ServedClient, header: string, body: Body): void {
  peer.say(`${header} ${JSON.stringify(body)}`)
}

/** Undefined: this is no object with such a text. */
function textIn(payload: string, member: string): string | undefined {
  try {
    const body: unknown = JSON.parse(payload)
    const value = typeof body === 'object' && body !== null ? new Map(Object.entries(body)).get(member) : undefined
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
