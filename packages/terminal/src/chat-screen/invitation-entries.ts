import { byteSize } from '../byte-size.ts'
import type { Invitation } from '../chat-model/invitations.ts'
import { cleanLine } from '@parley/client/conversations'
import type { InvitationEntry } from './view.ts'

export const gameInvitation: InvitationEntry = {
  key: 'game',
  label: 'a game',
  text: 'a game of guessing begins',
  accept: { command: '/game join', isComplete: true },
  decline: null,
}

/** What somebody offers, as a row and as a sentence, with what accepts and declines it. */
export function invitationEntry(invitation: Invitation): InvitationEntry {
  const { number, kind } = invitation
  const from = cleanLine(invitation.from)
  const decline = `/decline ${number}`
  const key = `${number}`
  if (kind === 'tunnel') {
    const accept = { command: `/accept ${number} localhost:`, isComplete: false }
    return { key, label: `${from}: a tunnel`, text: `${from} asks for a tunnel`, accept, decline }
  }
  const { size } = invitation.offer
  const name = cleanLine(invitation.offer.name)
  const text = `${from} offers ${name} (${size === null ? 'unknown size' : byteSize(size)}, not sealed)`
  return { key, label: `${from}: ${name}`, text, accept: { command: `/accept ${number}`, isComplete: true }, decline }
}
