import { accounts, type Connection, type Person, type State } from './state.ts'
import { cleaned } from './text.ts'

interface Group {
  readonly name: string
  admin: string
  /** Lower-case names in the order of joining. */
  members: string[]
  readonly banned: Set<string>
}

/** In the order in which they were made, by lower-case name. */
export type Groups = Map<string, Group>

export type GroupCommand = 'CREATE_GROUP' | 'JOIN_GROUP' | 'LEAVE_GROUP' | 'KICK' | 'GROUP_MESSAGE' | 'GET_GROUPS'

const noSuchGroup = '-SOFT_ERR no such group!'

/** What a `helo` user says about groups, and who hears what (helo.txt 7.6 to 7.10, H-2, H-6, H-7). `more`: a user or a text. */
export function groupCommand(
  state: State,
  groups: Groups,
  by: Connection,
  command: GroupCommand,
  name: string,
  more: string,
): void {
  const me = by.person!
  const say = (line: string) => void by.heard.push(line)
  if (command === 'GET_GROUPS') return say(listed(state, groups))
  const group = groups.get(name.toLowerCase())
  if (command === 'CREATE_GROUP') {
    if (group) return say('-SOFT_ERR a group with that name already exists!')
    if (!state.mayTalk(by)) return say('-SOFT_ERR …')
    groups.set(name.toLowerCase(), { name, admin: me.key, members: [me.key], banned: new Set() })
    return say(`+SUCCESS group "${name}" has been created!`)
  }
  if (!group) return say(noSuchGroup)
  switch (command) {
    case 'JOIN_GROUP':
      if (group.members.includes(me.key)) return say('-SOFT_ERR you are already a member of that group!')
      if (group.banned.has(me.key)) return say('-SOFT_ERR you are banned from that group!')
      if (!state.mayTalk(by)) return say('-SOFT_ERR …')
      // The order is that of a store, which knows no guests.
      if (me.registered && !group.members.some((each) => accounts.has(each))) last(groups, group)
      group.members.push(me.key)
      return say(`+SUCCESS you have successfully entered group "${group.name}"`)
    case 'LEAVE_GROUP':
      if (!group.members.includes(me.key)) return say('-SOFT_ERR you are not a member of that group!')
      if (group.admin === me.key) return say("-SOFT_ERR you are an admin, you can't leave the group!")
      if (!state.mayTalk(by)) return say('-SOFT_ERR …')
      group.members = group.members.filter((each) => each !== me.key)
      return say(`+SUCCESS you have successfully left the group "${group.name}"`)
    case 'GROUP_MESSAGE':
      return speak(state, group, by, me, more)
    case 'KICK':
      return kick(state, group, by, me, name, more)
  }
}

function last(groups: Groups, group: Group): void {
  groups.delete(group.name.toLowerCase())
  groups.set(group.name.toLowerCase(), group)
}

function speak(state: State, group: Group, by: Connection, me: Person, text: string): void {
  if (!group.members.includes(me.key))
    return void by.heard.push('-SOFT_ERR you are not allowed to write in that group!')
  const clean = cleaned(text)
  if (clean === '' || !state.mayTalk(by)) return void by.heard.push('-SOFT_ERR …')
  for (const member of group.members) if (member !== me.key) hear(state, member, `GROUP_MESSAGE [${me.name}] ${clean}`)
}

function kick(state: State, group: Group, by: Connection, me: Person, typed: string, whom: string): void {
  const key = whom.toLowerCase()
  if (group.admin !== me.key) return void by.heard.push('-SOFT_ERR you are not allowed to kick members out that group!')
  if (key === me.key) return void by.heard.push('-SOFT_ERR why would you kick yourself out of your group :)?')
  if (!group.members.includes(key)) {
    return void by.heard.push(`-SOFT_ERR user ${whom} is not a member of group ${typed}`)
  }
  if (!state.mayTalk(by)) return void by.heard.push('-SOFT_ERR …')
  const name = state.find(key)?.name ?? accounts.get(key)!.name
  group.members = group.members.filter((each) => each !== key)
  group.banned.add(key)
  for (const member of group.members) {
    hear(state, member, `GROUP_MESSAGE user ${name} has been kicked out of group ${group.name}`)
  }
  by.heard.push(`+SUCCESS user ${name} has been kicked out of group ${group.name}`)
  hear(state, key, `+SUCCESS you have been kicked out of the group ${group.name}`)
}

/** Groups are heard of by `helo` only; a member on another protocol stays one. */
function hear(state: State, key: string, line: string): void {
  for (const each of state.people.get(key)?.connections ?? []) if (each.speech === 'helo') each.heard.push(line)
}

function listed(state: State, groups: Groups): string {
  if (groups.size === 0) return '-SOFT_ERR there are no groups yet'
  const shown = Array.from(groups.values(), ({ name, admin, members }) => {
    return `${name} (${state.find(admin)?.name ?? accounts.get(admin)!.name}, ${members.length} members)`
  })
  return `+SUCCESS [${shown.join(', ')}]`
}

/** H-7: a guest's memberships end with its connection. */
export function leaveGroups(state: State, groups: Groups, person: Person): void {
  if (person.registered) return
  // By name, whatever order they were made in.
  for (const [key, group] of [...groups].sort(([one], [other]) => (one < other ? -1 : 1))) {
    group.members = group.members.filter((each) => each !== person.key)
    if (group.members.length === 0) groups.delete(key)
    if (group.admin !== person.key || group.members.length === 0) continue
    group.admin = group.members[0]!
    hear(state, group.admin, `+SUCCESS you are now the admin of group "${group.name}"`)
  }
}
