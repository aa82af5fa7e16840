import type { Chat, ChatEvents } from '@parley/client'
import { cleanLine, followChat as followConversations, type ConversationModel } from '@parley/client/conversations'

/** A frame of the wire is kept up to here, as long as servers take one: longer ones carry files, and many are kept. */
const mostWire = 65_536

/** Writes into the model what a chat tells, but for invitations. `secret`: what is sent while signing in holds a password. Neither that nor a token is shown. */
export function followChat(chat: Chat, model: ConversationModel, { secret }: { readonly secret: boolean }): void {
  followConversations(chat, model)
  // It is for this user alone, wherever they are looking.
  chat.on('notice', ({ text }) => model.note('event', text, model.open.title))
  followGame(chat, model)
  followConnection(chat, model)
  chat.on('protocol-violation', ({ problem }) =>
    model.note('warning', `the server said something odd: ${cleanLine(problem)}`),
  )
  chat.on('wire', ({ direction, line }) => {
    if (!model.raw) return
    const isSecret = (direction === 'sent' && secret) || line.includes('"token"')
    const hidden = isSecret && chat.state !== 'connected'
    const shown = hidden ? '(sign-in, with a password or a token)' : cleanLine(line.slice(0, mostWire))
    const cut = line.length - mostWire
    const rest = cut > 0 && !hidden ? `… (${cut} more characters)` : ''
    model.note('wire', `${direction === 'sent' ? '>' : '<'} ${shown}${rest}`)
  })
}

/** Asks who is here, where the protocol can tell, for the list at the side. */
export async function refreshUsers(chat: Chat, model: ConversationModel): Promise<void> {
  if (!chat.can.has('users')) return
  // It is asked in passing: that the connection breaks meanwhile is told elsewhere.
  const users = await chat.users().catch(() => null)
  if (users) model.roster.list(users)
}

/** That it is not connected is said as long as it is so. */
function followConnection(chat: Chat, model: ConversationModel): void {
  let warning: number | null = null
  const withdraw = () => {
    if (warning !== null) model.revise(warning, null)
    warning = null
  }
  chat.on('reconnecting', ({ attempt, inMs, reason }) => {
    withdraw()
    const wait = `trying again in ${Math.round(inMs / 1_000)} s (attempt ${attempt})`
    warning = model.note('warning', `not connected: ${cleanLine(reason)}; ${wait}`)
  })
  chat.on('reconnected', ({ me }) => {
    withdraw()
    model.note('event', `connected again as ${me}`)
    void refreshUsers(chat, model)
  })
  chat.on('closed', ({ reason }) => {
    withdraw()
    model.note('event', `the conversation has ended: ${reason}`)
  })
}

function followGame(chat: Chat, model: ConversationModel): void {
  chat.on('game-announced', () => model.note('event', 'a game of guessing begins; /game join joins it'))
  chat.on('game-started', ({ players }) => {
    const who = players.length === 0 ? '' : ` with ${players.join(', ')}`
    model.note('event', `the game has started${who}; /game guess NUMBER guesses`)
  })
  chat.on('game-cancelled', () => model.note('event', 'the game was cancelled'))
  chat.on('game-finished', ({ results }) => model.note('event', `the game is over: ${standings(results)}`))
}

function standings(results: ChatEvents['game-finished']['results']): string {
  return results
    .map(({ user, ms }) => `${user} ${ms === null ? 'did not finish' : `${(ms / 1_000).toFixed(1)} s`}`)
    .join(', ')
}
