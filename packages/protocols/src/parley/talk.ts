import { fail, ok, parseGroupName, parseText, parseUserName, utf8Bytes, type Result, type Text } from '@parley/core'
import { addressMember, type Address } from './address.ts'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { longestText } from './features.ts'
import { sendSealed, readSealed, type Sealed } from './keys.ts'
import { member, optional, textMember } from './members.ts'
import { addresseeErrors, broadcastErrors, groupSayErrors, tellErrors } from './replies.ts'

const printable = /^[!-~]{1,64}$/

export interface Said {
  readonly to: Address
  readonly what: string | Sealed
  readonly nonce: string | null
}

export function readSay(body: Body): Said | null {
  const to = addressMember(body, 'to')
  const isSealed = member(body, 'sealed') !== undefined
  const what = isSealed ? readSealed(body) : textMember(body, 'text')
  const nonce = optional(body, 'nonce', nonceMember)
  if (to === undefined || what === undefined || what === null || !nonce) return null
  // One or the other: nobody could tell which of them was meant.
  if (isSealed && member(body, 'text') !== undefined) return null
  return { to, what, nonce: nonce.value }
}

/** L-7 */
export function say(exchange: Exchange, { to, what, nonce }: Said): void | Promise<void> {
  if (typeof what !== 'string') return sendSealed(exchange, to, what, nonce)
  switch (to.kind) {
    case 'everyone':
      return broadcast(exchange, what, nonce)
    case 'group':
      return sayToGroup(exchange, to.group, what, nonce)
    case 'user':
      return tell(exchange, to.user, what, nonce)
  }
}

function broadcast(exchange: Exchange, said: string, nonce: string | null): void | Promise<void> {
  const text = readText(said)
  if (!text.ok) return exchange.refuse(text.fail)
  return exchange.connection.context.submit({ do: 'broadcast', text: text.value, nonce }, (heard, { seq, at }) => {
    if (heard.ok) exchange.accept({ seq, at, kept: heard.value.kept })
    else exchange.refuse(broadcastErrors[heard.fail])
  })
}

/** What is wrong with the receiver is told before what is wrong with the text. */
function tell(exchange: Exchange, receiver: string, said: string, nonce: string | null): void | Promise<void> {
  const { context } = exchange.connection
  const to = parseUserName(receiver)
  if (!to.ok) return exchange.refuse(addresseeErrors.user)
  const text = readText(said)
  if (!text.ok) {
    const { users, accounts } = context.community
    const exists = users.find(to.value) ?? accounts.find(to.value)
    return exchange.refuse(exists ? text.fail : addresseeErrors.user)
  }
  return context.submit({ do: 'tell', to: to.value, text: text.value, nonce }, (told, { seq, at }) => {
    if (told.ok) exchange.accept({ seq, at, kept: told.value.kept })
    else exchange.refuse(tellErrors[told.fail])
  })
}

function sayToGroup(exchange: Exchange, name: string, said: string, nonce: string | null): void | Promise<void> {
  const { context, user } = exchange.connection
  const group = parseGroupName(name)
  if (!group.ok) return exchange.refuse(addresseeErrors.group)
  const text = readText(said)
  if (!text.ok) {
    const refusal = user && context.community.groups.refusal(user, group.value)
    return exchange.refuse(refusal ?? text.fail)
  }
  const command = { do: 'group.say', group: group.value, text: text.value, nonce } as const
  return context.submit(command, (heard, { seq, at }) => {
    if (heard.ok) exchange.accept({ seq, at, kept: heard.value.kept })
    else exchange.refuse(groupSayErrors[heard.fail])
  })
}

function readText(said: string): Result<Text, 'empty-text' | 'text-too-long'> {
  const text = parseText(said)
  if (!text.ok) return text
  return utf8Bytes(text.value) > longestText ? fail('text-too-long') : ok(text.value)
}

function nonceMember(body: Body, name: string): string | undefined {
  const nonce = textMember(body, name)
  return nonce !== undefined && printable.test(nonce) ? nonce : undefined
}
