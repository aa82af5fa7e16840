import { keyOf } from '@parley/core'
import type { AdministrationRequest, AdministrationResults } from '../administration.ts'
import type { AdminView } from '../protocol.ts'
import type { Body } from './codec.ts'
import type { Exchange } from './exchange.ts'
import { numberMember, optional } from './members.ts'

const audited = { most: 1_000, usual: 100 }

/** As the page of metrics has them, without the buckets of histograms. */
export async function showMetrics(exchange: Exchange): Promise<void> {
  const metrics = await shown(exchange, 'samples.show')
  exchange.accept({ at: exchange.connection.context.clock.now(), metrics })
}

/** Every connection on which somebody is signed in. */
export async function listOnline(exchange: Exchange): Promise<void> {
  const online = await shown(exchange, 'online.list')
  const connections = online.map(({ name, registered, connection, address }) => {
    return { user: name, registered, connection, address }
  })
  exchange.accept({ connections })
}

export async function listAccounts(exchange: Exchange): Promise<void> {
  const names = await shown(exchange, 'user.list')
  const { admins } = await shown(exchange, 'moderation.show')
  const known = new Set(admins)
  exchange.accept({ accounts: names.map((name) => ({ name, admin: known.has(keyOf(name)) })) })
}

/** What guests may do, how often everybody may speak, and who may not be here or speak. */
export async function showRules(exchange: Exchange): Promise<void> {
  const { level, slow, sanctions } = await shown(exchange, 'moderation.show')
  exchange.accept({ level, slow, sanctions })
}

export async function listListeners(exchange: Exchange): Promise<void> {
  exchange.accept({ listeners: await shown(exchange, 'listeners.show') })
}

/** How many entries; null: the number is wrong. */
export function readAudit(body: Body): number | null {
  const limit = optional(body, 'limit', numberMember)
  const value = limit && (limit.value ?? audited.usual)
  return value !== null && value >= 1 && value <= audited.most ? value : null
}

/** The newest ones, the newest last. */
export async function listAudit(exchange: Exchange, limit: number): Promise<void> {
  exchange.accept({ entries: (await shown(exchange, 'audit.list')).slice(-limit) })
}

/** Questions that do not fail. */
type Question = 'samples.show' | 'online.list' | 'user.list' | 'moderation.show' | 'listeners.show' | 'audit.list'
type Shown<D extends Question> = Extract<AdministrationResults[D], { ok: true }>['value']

async function shown<D extends Question>(exchange: Exchange, question: D): Promise<Shown<D>> {
  const asked = { do: question } as Parameters<AdminView['carryOut']>[0] & AdministrationRequest
  const result = await exchange.connection.context.admin.carryOut(asked)
  return (result as { readonly value: Shown<D> }).value
}
