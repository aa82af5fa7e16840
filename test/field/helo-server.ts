import type { TestContext } from 'node:test'
import { lineServer, wordAndRest, type LineServer, type ServedClient, type LineScript } from './line-server.ts'

interface Group {
  readonly admin: string
  readonly members: Set<string>
  readonly banned: Set<string>
}

/**
 * A `helo` server of the field. Where it differs from its document: lists have quotes, groups are listed as its program
 * prints them, a private message is acknowledged, and a group message has the name of the group in front (H-5, H-6).
 */
export function heloServer(t: TestContext): Promise<LineServer> {
  return lineServer(t, heloScript)
}

function heloScript(peers: ReadonlySet<ServedClient>): LineScript {
  const groups = new Map<string, Group>()
  const find = (name: string) => [...peers].find((each) => each.name === name)
  const others = (peer: ServedClient) => [...peers].filter((each) => each !== peer && each.name !== null)

  const signIn = (peer: ServedClient, name: string) => {
    if (!/^\w+$/.test(name)) {
      const why = 'username has an invalid format (only characters, numbers and underscores are allowed)'
      return peer.end(`-ERR ${why}`)
    }
    if (find(name)) return peer.end('-ERR user already logged in')
    peer.name = name
    peer.say(`+OK HELO ${name}`)
  }

  /** `PM @user …`, `REQUEST_PUBLIC_KEY @user …`, `PUBLIC_KEY @user …`: what stands behind the name is not looked at. */
  const passOn = (peer: ServedClient, command: string, rest: string) => {
    const [at, what] = wordAndRest(rest)
    const receiver = find(at.replace(/^@/, ''))
    if (!receiver) return peer.say('-SOFT_ERR no such user!')
    if (command !== 'PM') return receiver.say(`${command} @${peer.name} ${what}`)
    peer.say(`+OK PM ${rest}`)
    receiver.say(`PM ${peer.name} ${what}`)
  }

  const groupMessage = (peer: ServedClient, rest: string) => {
    const [at, text] = wordAndRest(rest)
    const name = at.replace(/^@@/, '')
    const group = groups.get(name)
    if (!group) return peer.say('-SOFT_ERR no such group!')
    if (!group.members.has(peer.name!)) return peer.say('-SOFT_ERR you are not allowed to write in that group!')
    for (const member of others(peer)) {
      if (group.members.has(member.name!)) member.say(`GROUP_MESSAGE ${name}: [${peer.name}] ${text}`)
    }
  }

  const createGroup = (peer: ServedClient, name: string) => {
    if (groups.has(name)) return peer.say('-SOFT_ERR a group with that name already exists!')
    groups.set(name, { admin: peer.name!, members: new Set([peer.name!]), banned: new Set() })
    peer.say(`+SUCCESS group "${name}" has been created!`)
  }

  const joinGroup = (peer: ServedClient, name: string) => {
    const group = groups.get(name)
    if (!group) return peer.say('-SOFT_ERR no such group!')
    if (group.members.has(peer.name!)) return peer.say('-SOFT_ERR you are already a member of that group!')
    if (group.banned.has(peer.name!)) return peer.say('-SOFT_ERR you are banned from that group!')
    group.members.add(peer.name!)
    peer.say(`+SUCCESS you have successfully entered group "${name}"`)
  }

  const leaveGroup = (peer: ServedClient, name: string) => {
    const group = groups.get(name)
    if (!group) return peer.say('-SOFT_ERR no such group!')
    if (!group.members.has(peer.name!)) return peer.say('-SOFT_ERR you are not a member of that group!')
    if (group.admin === peer.name) return peer.say("-SOFT_ERR you are an admin, you can't leave the group!")
    group.members.delete(peer.name!)
    peer.say(`+SUCCESS you have successfully left the group "${name}"`)
  }

  const kick = (peer: ServedClient, name: string, user: string) => {
    const group = groups.get(name)
    if (!group) return peer.say('-SOFT_ERR no such group!')
    if (group.admin !== peer.name) return peer.say('-SOFT_ERR you are not allowed to kick members out that group!')
    if (!group.members.delete(user)) return peer.say(`-SOFT_ERR user ${user} is not a member of group ${name}`)
    group.banned.add(user)
    const news = `user ${user} has been kicked out of group ${name}`
    for (const each of peers) if (group.members.has(each.name ?? '')) each.say(`GROUP_MESSAGE ${news}`)
    peer.say(`+SUCCESS ${news}`)
    find(user)?.say(`+SUCCESS you have been kicked out of the group ${name}`)
  }

  const command = (peer: ServedClient, word: string, rest: string): void => {
    const [, typed = rest] = /^\/\w+ (.*)$/.exec(rest) ?? []
    const [name, user] = wordAndRest(typed)
    switch (word) {
      case 'BCST':
        peer.say(`+OK BCST ${rest}`)
        for (const other of others(peer)) other.say(`BCST [${peer.name}] ${rest}`)
        return
      case 'GET_USERS':
        return peer.say(`+SUCCESS [${Array.from(peers, (each) => `'${each.name ?? 'unknown'}'`).join(', ')}]`)
      case 'GET_GROUPS': {
        const list = Array.from(groups, ([group, { admin }]) => `Group name='${group}', admin='${admin}'`)
        return peer.say(`+SUCCESS [${list.join(', ')}]`)
      }
      case 'PM':
      case 'REQUEST_PUBLIC_KEY':
      case 'PUBLIC_KEY':
        return passOn(peer, word, rest)
      case 'GROUP_MESSAGE':
        return groupMessage(peer, rest)
      case 'CREATE_GROUP':
        return createGroup(peer, name)
      case 'JOIN_GROUP':
        return joinGroup(peer, name)
      case 'LEAVE_GROUP':
        return leaveGroup(peer, name)
      case 'KICK':
        return kick(peer, name, user)
    }
  }

  return {
    greeting: 'HELO Welkom to the server',
    heard(peer, line) {
      const [word, rest] = wordAndRest(line)
      if (word === 'QUIT') peer.end('+OK Goodbye')
      else if (word === 'HELO') signIn(peer, rest)
      else if (peer.name !== null) command(peer, word, rest)
    },
  }
}
