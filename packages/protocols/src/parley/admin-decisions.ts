import { parseModerationRequest, type ModerationRequest, type ModerationRequestFailure } from '../administration.ts'
import type { ModerationCommand, Result } from '@parley/core'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { member } from './members.ts'
import { decisionErrors } from './replies.ts'

/** Taken apart by the same code as what the operator of the machine asks. */
export type Decision = Result<ModerationRequest, ModerationRequestFailure>

/** What has been taken apart has a decider, whom the server fills in. */
const somebody = 'somebody'

function decision(request: { readonly do: ModerationCommand['do'] } & Body): Decision | null {
  return parseModerationRequest({ ...request, by: somebody }) ?? null
}

export function readKick(body: Body): Decision | null {
  return decision({ do: 'user.kick', name: member(body, 'user'), reason: reasonOf(body) })
}

export function readBan(body: Body): Decision | null {
  return sanction(body, 'ban')
}

export function readMute(body: Body): Decision | null {
  return sanction(body, 'mute')
}

export function readUnban(body: Body): Decision | null {
  return decision({ do: 'sanction.remove', measure: 'ban', subject: member(body, 'subject') })
}

export function readUnmute(body: Body): Decision | null {
  return decision({ do: 'sanction.remove', measure: 'mute', subject: member(body, 'subject') })
}

export function readLevel(body: Body): Decision | null {
  return decision({ do: 'level.set', level: member(body, 'level') })
}

export function readSlow(body: Body): Decision | null {
  return decision({ do: 'slow.set', rate: member(body, 'rate') ?? null })
}

export function readAnnounce(body: Body): Decision | null {
  return decision({ do: 'announce', text: member(body, 'text') })
}

export function readPromote(body: Body): Decision | null {
  return decision({ do: 'admin.set', name: member(body, 'user'), isAdmin: true })
}

export function readDemote(body: Body): Decision | null {
  return decision({ do: 'admin.set', name: member(body, 'user'), isAdmin: false })
}

export async function decide(exchange: Exchange, read: Decision): Promise<void> {
  if (!read.ok) return exchange.refuse(decisionErrors[read.fail])
  const decided = await exchange.connection.context.admin.carryOut(read.value)
  if (decided.ok) exchange.accept()
  else exchange.refuse(decisionErrors[decided.fail])
}

function sanction(body: Body, measure: 'ban' | 'mute'): Decision | null {
  const seconds = member(body, 'seconds') ?? null
  return decision({ do: 'sanction.put', measure, subject: member(body, 'subject'), reason: reasonOf(body), seconds })
}

function reasonOf(body: Body): unknown {
  return member(body, 'reason') ?? ''
}
