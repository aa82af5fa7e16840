import { fail, ok, type Result } from '@parley/core'
import type { Chat } from '@parley/client'
import { cleanLine, type ConversationModel, type Outgoing, type Past, type Posting } from '@parley/client/conversations'
import { linesOf } from '../message-lines.ts'
import type { ChatFiles } from './chat-files.ts'
import type { ChatGroups } from './chat-groups.ts'
import type { ChatTunnels } from './chat-tunnels.ts'
import { helpText } from './commands.ts'
import { deviceRows } from './device-list.ts'
import { exportOwn } from './export-own.ts'
import type { Offers } from './offers.ts'
import { deleteOwn } from './own-messages.ts'
import type { Action } from './parse-input.ts'
import { distrusted } from './posting.ts'
import type { PrivateMessages } from './private-messages.ts'
import { recoveryMade } from './recovery.ts'
import { foundRows, searchIn } from './search.ts'

export interface TalkTools {
  readonly chat: Chat
  readonly model: ConversationModel
  readonly files: ChatFiles
  readonly posting: Posting
  readonly past: Past
  readonly messages: PrivateMessages
  readonly tunnels: ChatTunnels
  readonly groups: ChatGroups
  readonly offers: Offers
  readonly outgoing: Outgoing
  readonly isOnScreen: boolean
}

/** What is answered; null: nothing, what was done is seen. `title`: in another conversation than the one where it was asked. A failure is a sentence. */
export type Reply = Result<{ readonly text: string; readonly title?: string } | null, string>
type Performed = Exclude<Action, { do: 'quit' }>
type Named<D> = Extract<Performed, { do: D }>

/** Does what somebody asked for in the conversation with this title. Rejects with a ChatError for what the server or the others refuse. */
export async function perform(tools: TalkTools, action: Performed, place: string): Promise<Reply> {
  const { chat, model, groups } = tools
  const { game } = chat
  switch (action.do) {
    case 'say':
      return said(tools, 'everybody', action.text)
    case 'msg':
      return said(tools, `@${action.name}`, action.text)
    case 'group say':
      return said(tools, `#${action.name}`, action.text)
    case 'group plain':
      await groups.say(action.name, action.text, 'plain')
      return done
    case 'me':
      return said(tools, place, `* ${chat.me} ${action.text}`)
    case 'query':
      return query(tools, action)
    case 'users': {
      const users = await chat.users()
      model.roster.list(users)
      return answer(users.length === 0 ? 'nobody is here' : users.map(cleanLine).join('\n'))
    }
    case 'group create':
    case 'group join':
      await groups.enter(action.name, action.do === 'group create' ? 'create' : 'join')
      // One that could not be entered makes no conversation.
      if (tools.isOnScreen) model.show(`#${action.name}`)
      return answer(`you are in ${action.name}`, `#${action.name}`)
    case 'group leave':
      await groups.leave(action.name)
      return answer(`you have left ${action.name}`)
    case 'part':
      return part(tools, action.name, place)
    case 'group kick':
      await chat.groups.kick(action.name, action.user)
      return answer(`${action.user} is out of ${action.name}`)
    case 'group hand-on':
      await chat.groups.handOn(action.name, action.user)
      return answer(`${action.user} is the admin of ${action.name} now`)
    case 'group list':
      return answer(await groups.list())
    case 'file':
      if (model.distrusts(action.name)) return fail(distrusted(action.name))
      await tools.files.send(action.name, action.path, place)
      return done
    case 'cancel':
      return cancel(model, action.number)
    case 'tunnel':
      return tunnel(tools, action, place)
    case 'tunnel list':
      return answer(tunnelRows(tools))
    case 'tunnel close':
      return closeTunnel(tools, action.number)
    case 'accept': {
      const accepted = await tools.offers.accept(action.number, action.target)
      return accepted.ok ? ok(accepted.value === null ? null : { text: accepted.value }) : accepted
    }
    case 'decline': {
      const declined = await tools.offers.decline(action.number)
      return declined.ok ? answer(declined.value) : declined
    }
    case 'game start':
      await game.start()
      return answer('the game is announced')
    case 'game join':
      await game.join()
      return answer('you are in the game')
    case 'game guess': {
      const verdict = await game.guess(action.guess)
      return answer(verdict === 'right' ? `${action.guess} is right` : `${action.guess} is too ${verdict}`)
    }
    case 'inbox':
      return fetchInbox(tools)
    case 'verify': {
      const number = await chat.sealing.safetyNumber(action.name)
      return answer(`the number of ${action.name} and you, the same on both sides:\n${number}`)
    }
    case 'accept-key':
      await chat.sealing.acceptKey(action.name)
      model.keyAccepted(action.name)
      return answer(`the key of ${action.name} is accepted`)
    case 'recovery make':
      return answer(recoveryMade(await chat.recovery.make()))
    case 'recovery restore':
      await chat.recovery.restore(action.text)
      return answer(
        'this device has your keys now; what was sealed before can be read, after a new start also what is shown as closed',
      )
    case 'recovery anew':
      if (!chat.recovery.isNeeded) return fail('this device has keys already')
      await chat.recovery.beginAnew()
      return answer('this device seals with keys of its own; whoever knew the others is told that yours have changed')
    case 'ignore':
      return ignore(model, action.name)
    case 'search':
      return answer(await search(tools, action.text))
    case 'delete': {
      const deleted = await deleteOwn(tools, place, action.number)
      return deleted.ok ? answer(deleted.value) : deleted
    }
    case 'export': {
      const count = await exportOwn(chat, action.path)
      return answer(`${count === 1 ? '1 message is' : `${count} messages are`} in ${cleanLine(action.path)}`)
    }
    case 'devices':
      return answer(deviceRows(await chat.devices.list()))
    case 'devices revoke':
      await chat.devices.revoke(action.number)
      return answer(`device ${action.number} is signed out, and its token is worth nothing any more`)
    case 'clear':
    case 'close':
      if (!tools.isOnScreen) return fail(`/${action.do} is for the screen; here lines are printed below each other`)
      if (action.do === 'close' && place === 'everybody') return fail('this one stays; /quit leaves')
      model[action.do](place)
      return done
    case 'discard':
      return discard(tools.outgoing)
    case 'raw':
      model.showRaw(action.on)
      return answer(action.on ? 'what goes over the wire is shown' : 'the wire is not shown any more')
    case 'help':
      return answer(helpText(chat.can, tools.isOnScreen))
  }
}

const done: Reply = ok(null)

function answer(text: string, title?: string): Reply {
  return ok({ text, ...(title !== undefined && { title }) })
}

/** Says it to everybody, to one user or to a group. */
async function said({ model, posting, messages, groups }: TalkTools, title: string, text: string): Promise<Reply> {
  const name = title.slice(1)
  if (title.startsWith('@')) {
    if (model.distrusts(name)) return fail(distrusted(name))
    await messages.tell(name, text)
  } else if (title.startsWith('#')) await groups.say(name, text)
  else {
    for (const line of linesOf(text)) await posting.say('everybody', line)
  }
  return done
}

async function query(tools: TalkTools, { name, text }: Named<'query'>): Promise<Reply> {
  if (!tools.isOnScreen && text === null) return fail(`write /msg ${name} TEXT; here nothing is opened`)
  const reply = text === null ? done : await said(tools, `@${name}`, text)
  if (reply.ok && tools.isOnScreen) tools.model.show(`@${name}`)
  return reply
}

async function part({ groups, model }: TalkTools, name: string | null, place: string): Promise<Reply> {
  const group = name ?? (place.startsWith('#') ? place.slice(1) : null)
  if (group === null) return fail('write /part GROUP: no group is open')
  await groups.leave(group)
  if (name !== null) return answer(`you have left ${group}`)
  model.show('everybody')
  return answer(`you have left ${group}`, 'everybody')
}

function cancel({ transfers }: ConversationModel, number: number | null): Reply {
  const { list } = transfers
  if (list.length === 0) return fail('no file is on its way')
  const [only] = list
  if (number === null && (list.length > 1 || !only)) {
    const rows = list.map(({ id, direction, name, user }) => `/cancel ${id}: ${direction} ${name}, ${user}`)
    return fail(`several files are on their way:\n${rows.join('\n')}`)
  }
  // What comes of it is told where the file was told of.
  return transfers.cancel(number ?? only!.id) ? done : fail(`no file has the number ${number}`)
}

async function tunnel({ chat, tunnels }: TalkTools, { name, port }: Named<'tunnel'>, place: string): Promise<Reply> {
  if (!chat.can.has('tunnels')) return fail(`${chat.protocol} cannot open tunnels; chatos and parley can`)
  const opened = await tunnels.enter(name, port, place)
  return answer(`127.0.0.1:${opened} is open; ${name} is asked as soon as something connects to it`)
}

function tunnelRows({ tunnels }: TalkTools): string {
  const rows = tunnels.list.map(({ number, text }) => `${number}  ${text}`)
  return rows.length === 0 ? 'no tunnel stands' : [...rows, '/tunnel close NUMBER closes one'].join('\n')
}

async function closeTunnel(tools: TalkTools, number: number | null): Promise<Reply> {
  const { list } = tools.tunnels
  if (list.length === 0) return fail('no tunnel stands')
  if (number === null && list.length > 1) return fail(`several tunnels stand:\n${tunnelRows(tools)}`)
  const closed = number ?? list[0]?.number ?? 0
  const found = list.find((each) => each.number === closed)
  if (!found || !(await tools.tunnels.close(closed))) return fail(`no tunnel has the number ${closed}`)
  const ended =
    found.open === 0 ? '' : found.open === 1 ? '; 1 connection was ended' : `; ${found.open} connections were ended`
  return answer(`${found.name} is closed${ended}`)
}

/** Where the server keeps what was said, all of it is searched. */
async function search({ chat, model, past }: TalkTools, text: string): Promise<string> {
  if (!chat.can.has('history')) return searchIn(model, text)
  const { title } = model.open
  return foundRows(text, title, await past.search(text, title), chat.me)
}

async function fetchInbox({ chat, model }: TalkTools): Promise<Reply> {
  let count = 0
  for await (const { from, text, toAll } of chat.mailbox.fetch()) {
    count++
    model.fromMailbox(from, text, toAll)
  }
  return answer(count === 0 ? 'nothing waits for you' : count === 1 ? '1 message' : `${count} messages`)
}

function ignore(model: ConversationModel, name: string | null): Reply {
  if (name === null) {
    const { ignored } = model.roster
    return answer(ignored.length === 0 ? 'nobody is hidden' : `hidden: ${ignored.join(', ')}`)
  }
  const isIgnored = !model.roster.isIgnored(name)
  model.roster.ignore(name, isIgnored)
  const again = `/ignore ${name} shows it again`
  return answer(isIgnored ? `what ${name} writes and offers is hidden; ${again}` : `${name} is shown again`)
}

function discard(outgoing: Outgoing): Reply {
  const count = outgoing.count()
  outgoing.takeBack()
  return answer(
    count === 0 ? 'nothing waits to be sent' : `${count} unsent ${count === 1 ? 'message' : 'messages'} discarded`,
  )
}
