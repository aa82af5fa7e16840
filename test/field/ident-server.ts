import type { TestContext } from 'node:test'
import { lineServer, wordAndRest, type LineServer, type ServedClient, type LineScript } from './line-server.ts'

/** I-10: what this server puts up with of a line that has not ended. */
const mostUnterminated = 1_024

/**
 * An `ident` server of the field, which was made of the server of the course: its texts are in mixed case (I-5), and a
 * line of more than 1,024 characters that comes in pieces is its end (I-10). It keeps no keys: it passes them on.
 */
export function identServer(t: TestContext): Promise<LineServer> {
  return lineServer(t, identScript)
}

function identScript(peers: ReadonlySet<ServedClient>): LineScript {
  const find = (name: string) => [...peers].find((each) => each.name === name)
  const others = (peer: ServedClient) => [...peers].filter((each) => each !== peer && each.name !== null)
  const toOthers = (peer: ServedClient, line: string) => {
    for (const other of others(peer)) other.say(line)
  }

  const signIn = (peer: ServedClient, name: string) => {
    if (peer.name !== null) return peer.say('FAIL04 User cannot login twice')
    if (!/^\w{3,14}$/.test(name)) return peer.say('FAIL02 Username has an invalid format or length')
    if (find(name)) return peer.say('FAIL01 User already logged in')
    peer.name = name
    peer.say(`OK IDENT ${name}`)
    toOthers(peer, `JOINED ${name}`)
  }

  const users = (peer: ServedClient) => {
    if (others(peer).length === 0) return peer.say('FAIL06 YOU ARE THE ONLY CONNECTED USER')
    const names = [...peers].map(({ name }) => name).filter((name) => name !== null)
    peer.say(`OK USERS ${names.join(':')}`)
  }

  /** Sealed or not: to its reader it has the form for what is sealed where a session key went before it (I-3). */
  const keyed = new Set<string>()
  const message = (peer: ServedClient, word: string, rest: string) => {
    const [name, text] = wordAndRest(rest)
    const receiver = find(name)
    if (!receiver) return peer.say('FAIL07 USER DOES NOT EXIST')
    if (receiver === peer) return peer.say('FAIL08 CANNOT SEND PRIVATE MESSAGE TO YOURSELF')
    peer.say(`OK ${word} ${rest}`)
    const isKeyed = keyed.has(pairOf(peer.name!, name))
    receiver.say(`${isKeyed ? 'NPM' : 'PRIVATE_MESSAGE'} ${peer.name} ${text}`)
  }

  const sessionKey = (peer: ServedClient, rest: string) => {
    const [name, key] = wordAndRest(rest)
    const receiver = find(name)
    if (!receiver) return peer.say('FAIL07 USER DOES NOT EXIST')
    keyed.add(pairOf(peer.name!, name))
    receiver.say(`PM_SESSIONKEY ${peer.name} ${key}`)
  }

  const command = (peer: ServedClient, word: string, rest: string): void => {
    switch (word) {
      case 'BCST':
        peer.say(`OK BCST ${rest}`)
        return toOthers(peer, `BCST ${peer.name} ${rest}`)
      case 'USERS':
        return users(peer)
      case 'PM':
      case 'PRIVATE_MESSAGE':
        return message(peer, word, rest)
      case 'PM_PUBKEY':
        return toOthers(peer, `PM_PUBKEY ${peer.name} ${rest}`)
      case 'PM_SESSIONKEY':
        return sessionKey(peer, rest)
      case 'OK':
      case 'PONG':
        return
      default:
        return peer.say('FAIL00 Unknown command')
    }
  }

  return {
    greeting: 'INIT Welcome to the server 1.5',
    heard(peer, line) {
      const [word, rest] = wordAndRest(line)
      if (word === 'QUIT') peer.end('OK Goodbye')
      else if (word === 'IDENT') signIn(peer, rest)
      else if (peer.name !== null) command(peer, word, rest)
      else peer.say('FAIL03 Please log in first')
    },
    pending(peer) {
      if (peer.unterminated > mostUnterminated) peer.end('DSCN Unterminated message')
    },
    left(peer) {
      if (peer.name === null) return
      for (const pair of keyed) if (pair.split(' ').includes(peer.name)) keyed.delete(pair)
      toOthers(peer, `LEFT ${peer.name}`)
    },
  }
}

/** The same for both directions. */
function pairOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}
