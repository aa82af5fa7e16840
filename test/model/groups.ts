import { devices, tellDevices, tellOf } from './history.ts'
import { event, message, refusal, reply } from './parley-words.ts'
import { any } from './places.ts'
import { accounts } from './accounts.ts'
import type { Said } from './said.ts'
import type { Connection, Person, State } from './state.ts'
import { cleaned, lines } from './text.ts'

interface Group {
  readonly name: string
  admin: string
  /** Lower-case names in the order of joining. */
  members: string[]
  readonly banned: Set<string>
}

/** In the order in which they were made, by lower-case name. */
export type Groups = Map<string, Group>

export type GroupCommand =
  | 'CREATE_GROUP'
  | 'JOIN_GROUP'
  | 'LEAVE_GROUP'
  | 'KICK'
  | 'GROUP_MESSAGE'
  | 'GET_GROUPS'
  /** By `parley` alone. */
  | 'HAND_ON'

/** By `helo` and by `parley`. */
const refusals = {
  'group-exists': ['a group with that name already exists!', 'group-exists'],
  'no-such-group': ['no such group!', 'no-such-group'],
  'a-member': ['you are already a member of that group!', 'already-a-member'],
  banned: ['you are banned from that group!', 'banned'],
  rate: ['…', 'too-many-messages'],
  empty: ['…', 'empty-text'],
  'no-member': ['you are not a member of that group!', 'not-a-member'],
  'no-writer': ['you are not allowed to write in that group!', 'not-a-member'],
  admin: ["you are an admin, you can't leave the group!", 'admin-cannot-leave'],
  'no-admin': ['you are not allowed to kick members out that group!', 'not-the-admin'],
  oneself: ['why would you kick yourself out of your group :)?', 'yourself'],
} as const

/**
 * What a user of `helo` or `parley` says about groups, and who hears what (helo.txt 7.6 to 7.10, H-2, H-6, H-7, L-8). `more`: a
 * user or a text.
 */
export function groupCommand(
  state: State,
  groups: Groups,
  by: Connection,
  command: GroupCommand,
  name: string,
  more: string,
): void {
  const me = by.person!
  const refuse = (why: keyof typeof refusals) => {
    const [line, code] = refusals[why]
    by.heard.push(by.speech === 'parley' ? refusal(code) : `-SOFT_ERR ${line}`)
  }
  const accept = (line: string, members: object) => void by.heard.push(by.speech === 'parley' ? reply(members) : line)
  if (command === 'GET_GROUPS') return list(state, groups, by)
  const group = groups.get(name.toLowerCase())
  if (command === 'CREATE_GROUP') {
    if (group) return refuse('group-exists')
    if (!state.mayTalk(by)) return refuse('rate')
    groups.set(name.toLowerCase(), { name, admin: me.key, members: [me.key], banned: new Set() })
    accept(`+SUCCESS group "${name}" has been created!`, { group: name })
    return enter(state, groups.get(name.toLowerCase())!, by)
  }
  if (!group) return refuse('no-such-group')
  switch (command) {
    case 'JOIN_GROUP':
      if (group.members.includes(me.key)) return refuse('a-member')
      if (group.banned.has(me.key)) return refuse('banned')
      if (!state.mayTalk(by)) return refuse('rate')
      // The order is that of a store, which knows no guests.
      if (me.registered && !isStored(group)) last(groups, group)
      group.members.push(me.key)
      accept(`+SUCCESS you have successfully entered group "${group.name}"`, { group: group.name })
      return enter(state, group, by)
    case 'LEAVE_GROUP':
      if (!group.members.includes(me.key)) return refuse('no-member')
      if (group.admin === me.key) return refuse('admin')
      if (!state.mayTalk(by)) return refuse('rate')
      accept(`+SUCCESS you have successfully left the group "${group.name}"`, { group: group.name })
      devicesHear(state, group, event('group-left', { group: group.name, user: me.name }))
      return goes(state, group, me.key)
    case 'GROUP_MESSAGE': {
      if (!group.members.includes(me.key)) return refuse('no-writer')
      const clean = cleaned(more)
      if (clean === '') return refuse('empty')
      return state.mayTalk(by) ? speak(state, group, by, clean) : refuse('rate')
    }
    case 'KICK': {
      const key = more.toLowerCase()
      if (group.admin !== me.key) return refuse('no-admin')
      if (key === me.key) return refuse('oneself')
      if (!group.members.includes(key)) return noMember(by, more, name)
      if (!state.mayTalk(by)) return refuse('rate')
      const user = shownName(state, key)
      if (by.speech === 'parley') by.heard.push(reply({ group: group.name, user }))
      return kick(state, group, by, key)
    }
    case 'HAND_ON': {
      const key = more.toLowerCase()
      if (group.admin !== me.key) return refuse('no-admin')
      if (key === me.key) return refuse('oneself')
      if (!group.members.includes(key)) return noMember(by, more, name)
      if (!state.mayTalk(by)) return refuse('rate')
      by.heard.push(reply({ group: group.name, user: shownName(state, key) }))
      group.members = [key, ...group.members.filter((each) => each !== key)]
      return inherits(state, group, key)
    }
  }
}

function noMember(by: Connection, user: string, group: string): void {
  const line = `-SOFT_ERR user ${user} is not a member of group ${group}`
  by.heard.push(by.speech === 'parley' ? refusal('target-not-a-member') : line)
}

function isStored({ members }: Group): boolean {
  return members.some((each) => accounts.has(each))
}

function last(groups: Groups, group: Group): void {
  groups.delete(group.name.toLowerCase())
  groups.set(group.name.toLowerCase(), group)
}

function enter(state: State, group: Group, by: Connection): void {
  const { key: user, name } = by.person!
  state.stays.push({ user, group: group.name.toLowerCase(), begun: state.lastPlace, ended: null })
  devicesHear(state, group, event('group-joined', { group: group.name, user: name }), by)
}

function endStay(state: State, group: Group, user: string): void {
  const stay = state.stays.find((each) => {
    return each.user === user && each.group === group.name.toLowerCase() && each.ended === null
  })
  if (stay) stay.ended = state.lastPlace
}

/** Somebody is no member any more, who was not the admin or is gone. */
function goes(state: State, group: Group, key: string): void {
  endStay(state, group, key)
  group.members = group.members.filter((each) => each !== key)
}

function speak(state: State, group: Group, by: Connection, clean: string): void {
  const { name: from, key, registered } = by.person!
  const said: Said = { place: state.nextPlace(), kept: isStored(group) }
  const to = `#${group.name}`
  const kept = { of: to.toLowerCase(), from, guest: !registered, to, kind: 'text', text: clean, target: null } as const
  if (said.kept) state.kept.push({ ...said, ...kept })
  if (by.speech === 'parley') tellOf(by, reply({ seq: { place: said.place }, at: any, kept: said.kept }), said)
  for (const member of group.members) {
    if (member === key) continue
    hear(state, member, ...lines(clean).map((line) => `GROUP_MESSAGE [${from}] ${line}`))
    for (const each of devices(state.people.get(member))) tellOf(each, message(from, to, clean, said), said)
  }
  tellDevices(by, to, clean, said)
}

function kick(state: State, group: Group, by: Connection, key: string): void {
  const name = shownName(state, key)
  goes(state, group, key)
  group.banned.add(key)
  const line = `user ${name} has been kicked out of group ${group.name}`
  for (const member of group.members) {
    for (const each of state.people.get(member)?.connections ?? []) {
      if (each.speech === 'helo') each.heard.push(`GROUP_MESSAGE ${line}`)
    }
  }
  devicesHear(state, group, event('group-kicked', { group: group.name, user: name }), by)
  if (by.speech === 'helo') by.heard.push(`+SUCCESS ${line}`)
  hear(state, key, `+SUCCESS you have been kicked out of the group ${group.name}`)
  for (const each of devices(state.people.get(key))) each.heard.push(event('group-kicked', { group: group.name }))
}

function inherits(state: State, group: Group, admin: string): void {
  group.admin = admin
  hear(state, admin, `+SUCCESS you are now the admin of group "${group.name}"`)
  devicesHear(state, group, event('group-admin', { group: group.name, user: shownName(state, admin) }))
}

/** What is said in groups is heard by `helo` and `parley`; a member on another protocol stays one. */
function hear(state: State, key: string, ...said: readonly string[]): void {
  for (const each of state.people.get(key)?.connections ?? []) if (each.speech === 'helo') each.heard.push(...said)
}

function devicesHear(state: State, { members }: Group, line: string, but?: Connection): void {
  for (const member of members) for (const each of devices(state.people.get(member), but)) each.heard.push(line)
}

function shownName(state: State, key: string): string {
  return state.people.get(key)?.name ?? accounts.get(key)!.name
}

function list(state: State, groups: Groups, by: Connection): void {
  if (by.speech === 'parley') {
    const listed = Array.from(groups.values(), ({ name, admin, members }) => {
      const joined = members.includes(by.person!.key)
      const names = members.map((member) => shownName(state, member))
      const size = members.length
      return { name, admin: shownName(state, admin), joined, size, ...(joined && { members: names }) }
    })
    return void by.heard.push(reply({ groups: listed }))
  }
  const shown = Array.from(groups.values(), ({ name, admin, members }) => {
    return `${name} (${shownName(state, admin)}, ${members.length} members)`
  })
  by.heard.push(groups.size === 0 ? '-SOFT_ERR there are no groups yet' : `+SUCCESS [${shown.join(', ')}]`)
}

/** H-7: a guest's memberships end with its connection. */
export function leaveGroups(state: State, groups: Groups, person: Person): void {
  if (person.registered) return
  // By name, whatever order they were made in.
  for (const [key, group] of [...groups].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (!group.members.includes(person.key)) continue
    goes(state, group, person.key)
    devicesHear(state, group, event('group-left', { group: group.name, user: person.name }))
    if (group.members.length === 0) groups.delete(key)
    else if (group.admin === person.key) inherits(state, group, group.members[0]!)
  }
}
