import type { Chat } from '../chat.ts'
import { cleanLine } from '../clean-text.ts'
import type { ChatEvents } from '../events.ts'
import type { ConversationModel } from './conversation-model.ts'
import type { Protection } from './line.ts'
import { titleOf } from './past-lines.ts'

/** Writes into the model what others say and do, over every connection of the chat. */
export function followChat(chat: Chat, model: ConversationModel): void {
  const isMe = (user: string | null) => user !== null && user.toLowerCase() === chat.me.toLowerCase()
  const isHere = (user: string | null) => {
    if (user !== null && chat.can.has('users')) model.roster.set(user, true)
  }
  chat.on('joined', ({ user }) => model.joined(user))
  chat.on('left', ({ user }) => model.left(user))
  chat.on('broadcast', ({ from, text, stamp }) => {
    if (!stamp) isHere(from)
    model.broadcast(from, text, { mine: stamp !== undefined && isMe(from), stamp })
  })
  // A private message may have waited: whoever wrote it need not be here.
  chat.on('private-message', (message) => {
    const { from, to, text, stamp } = message
    model.told(to ?? from, text, protectionOf(message), { mine: to !== undefined, stamp })
  })
  chat.on('seal-alarm', ({ user, reason }) => {
    if (!model.roster.isIgnored(user)) model.note('warning', cleanLine(reason), `@${user}`)
  })
  chat.on('sender-checked', ({ user }) => model.checked(user))
  chat.on('unreadable', ({ from, to, group, reason, stamp }) => {
    if (model.roster.isIgnored(from)) return
    const what = `a sealed message of ${isMe(from) ? 'yours' : cleanLine(from)} cannot be read: ${reason}`
    const title = group === undefined ? `@${to ?? from}` : `#${group}`
    model.note('warning', what, title, stamp)
  })
  chat.on('group-message', ({ group, mayBe, from, text, stamp, secrecy }) => {
    if (!stamp) isHere(from)
    model.groupSaid(group, from, text, { mine: stamp !== undefined && isMe(from), stamp, mayBe, secrecy })
  })
  chat.on('group-protection', ({ group, isSealed, without }) => model.groupProtected(group, isSealed, without))
  chat.on('message-deleted', ({ of, seq }) => model.history.deleted(of, seq))
  chat.on('read', ({ of, seq }) => model.history.marked(of, seq))
  chat.on('caught-up', ({ lost }) => {
    for (const of of lost)
      model.note('warning', 'some of what was said here meanwhile is not kept any more', titleOf(of))
  })
  chat.on('key-changed', ({ user, safetyNumber }) => model.keyChanged(user, safetyNumber))
}

function protectionOf({ secrecy, isChecked, seal }: ChatEvents['private-message']): Protection {
  if (secrecy !== 'sealed') return secrecy
  if (!isChecked) return 'unchecked'
  return seal?.isProved === false ? 'unsigned' : 'sealed'
}
