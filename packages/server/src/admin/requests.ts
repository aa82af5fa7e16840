import type { SnapshotFailure } from '../store/snapshot.ts'
import { isHookRequest, parseHookRequest, type HookRequest, type HookResults } from './hook-requests.ts'
import {
  decider,
  parseModerationRequest,
  type AccountAdminResults,
  type AccountRequest,
  type AdministrationRequest,
  type ModerationAdminResults,
  type ModerationRequestFailure,
} from '@parley/protocols'
import { fail, ok, parseUserName, type Result } from '@parley/core'

/** Of what is said on the socket. A request of another version is refused. */
export const adminVersion = 1

/** What a command of the operator asks a running server, or the data directory itself. */
export type AdminRequest = HookRequest | { readonly do: 'backup' } | AdministrationRequest

export interface AdminResults extends ModerationAdminResults, AccountAdminResults, HookResults {
  /** The path of a copy of the database, in the data directory. It is the asker's to remove. */
  backup: Result<string, SnapshotFailure>
}

export type AdminResult = AdminResults[AdminRequest['do']]

/** Why a line is no request. */
export type RequestFailure = 'unknown-version' | ModerationRequestFailure

const withPassword: ReadonlySet<string> = new Set(['user.add', 'user.password'])
const withName: ReadonlySet<string> = new Set(['user.find', 'user.remove', ...withPassword])

const accountRequests: ReadonlySet<string> = new Set(['user.list', ...withName])

export function isAboutAccounts(request: AdministrationRequest): request is AccountRequest {
  return accountRequests.has(request.do)
}

export function formatRequest(request: AdminRequest): string {
  return `${JSON.stringify({ version: adminVersion, ...request })}\n`
}

export function parseRequest(line: string): Result<AdminRequest, RequestFailure> {
  const said = parseObject(line)
  if (!said) return fail('bad-request')
  if (said['version'] !== adminVersion) return fail('unknown-version')
  const moderation = parseModerationRequest(said)
  if (moderation) return moderation
  const { do: what, name, password } = said
  if (typeof what === 'string' && isHookRequest({ do: what })) return parseHookRequest(said)
  if (what === 'user.list' || what === 'backup') return ok({ do: what })
  if (typeof what !== 'string' || !withName.has(what) || typeof name !== 'string') return fail('bad-request')
  const parsed = parseUserName(name)
  if (!parsed.ok) return parsed
  const by = said['by'] === undefined ? undefined : decider(said)
  if (by === null || by === '') return fail('bad-request')
  const request = { do: what, name: parsed.value, ...(by !== undefined && { by }) }
  if (!withPassword.has(what)) return ok(request as AdminRequest)
  if (typeof password !== 'string' || password === '') return fail('bad-request')
  return ok({ ...request, password } as AdminRequest)
}

/** Null: it is no JSON object. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(line)
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Record<string, unknown>) : null
  } catch {
    return null
  }
}
