import { parseUserName, sameName, type TunnelAbortion, type TunnelEvent, type TunnelName } from '@parley/core'
import { fromBase64 } from '../kit/base64.ts'
import { userAddressMember } from './address.ts'
import type { Body } from './codec.ts'
import type { ParleyConnection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { longestChunk } from './features.ts'
import { numberMember, textMember } from './members.ts'
import { addresseeErrors, tunnelAskErrors, tunnelErrors } from './replies.ts'
import { TunnelLink } from './tunnel-link.ts'

/** As many as `chatos` can say (C-4). */
const codes = 32_768

/** A tunnel, from its request to its end, as one connection knows it. */
export interface OpenTunnel extends TunnelName {
  readonly number: number
  /** null: it is not established. */
  link: TunnelLink | null
}

export function readTunnelAsk(body: Body): string | null {
  return userAddressMember(body, 'to') ?? null
}

/** L-18 */
export function askTunnel(exchange: Exchange, user: string): void | Promise<void> {
  const { connection } = exchange
  const { context, user: asker } = connection
  const to = parseUserName(user)
  if (!to.ok || asker === null) return exchange.refuse(addresseeErrors.user)
  const code = String(context.random.integer(codes))
  return context.submit({ do: 'tunnel.ask', to: to.value, code }, (asked) => {
    if (!asked.ok) return exchange.refuse(tunnelAskErrors[asked.fail])
    exchange.accept({ tunnel: add(connection, { asker, asked: to.value, code }).number })
  })
}

export function readTunnel(body: Body): number | null {
  return numberMember(body, 'tunnel') ?? null
}

export function acceptTunnel(exchange: Exchange, number: number): void | Promise<void> {
  const { connection } = exchange
  const tunnel = connection.tunnels.get(number)
  if (!tunnel || tunnel.link || !connection.isUser(tunnel.asked)) return exchange.refuse('no-such-tunnel')
  return join(connection, tunnel, 'asked', (isJoined) => {
    if (isJoined) exchange.accept()
    else exchange.refuse('no-such-tunnel')
  })
}

export function refuseTunnel(exchange: Exchange, number: number): void | Promise<void> {
  const tunnel = exchange.connection.tunnels.get(number)
  if (!tunnel || tunnel.link || !exchange.connection.isUser(tunnel.asked)) return exchange.refuse('no-such-tunnel')
  return abort(exchange, tunnel)
}

/** Breaks it off, or takes the request back. */
export function closeTunnel(exchange: Exchange, number: number): void | Promise<void> {
  const tunnel = exchange.connection.tunnels.get(number)
  if (!tunnel) return exchange.refuse('no-such-tunnel')
  if (!tunnel.link) return abort(exchange, tunnel)
  exchange.accept()
  tunnel.link.breakOff()
}

export interface TunnelBytes {
  readonly tunnel: number
  readonly bytes: Uint8Array
}

export function readTunnelData(body: Body): TunnelBytes | null {
  const tunnel = numberMember(body, 'tunnel')
  const bytes = fromBase64(textMember(body, 'data') ?? '-')
  return tunnel === undefined || !bytes || bytes.length > longestChunk ? null : { tunnel, bytes }
}

export function tunnelData(exchange: Exchange, { tunnel, bytes }: TunnelBytes): void {
  const link = exchange.connection.tunnels.get(tunnel)?.link
  if (!link?.canBeWritten) return exchange.refuse('no-such-tunnel')
  if (link.came(bytes)) return exchange.accept()
  exchange.refuse('out-of-credit')
  link.destroy()
}

export interface TunnelCredit {
  readonly tunnel: number
  readonly bytes: number
}

export function readTunnelCredit(body: Body): TunnelCredit | null {
  const tunnel = numberMember(body, 'tunnel')
  const bytes = numberMember(body, 'bytes')
  return tunnel === undefined || !bytes ? null : { tunnel, bytes }
}

/** What was given on its way while the tunnel ended is of no use to anybody. */
export function tunnelCredit(exchange: Exchange, { tunnel, bytes }: TunnelCredit): void {
  exchange.connection.tunnels.get(tunnel)?.link?.credit(bytes)
  exchange.accept()
}

export function finishTunnel(exchange: Exchange, number: number): void {
  const link = exchange.connection.tunnels.get(number)?.link
  if (!link?.canBeWritten) return exchange.refuse('no-such-tunnel')
  exchange.accept()
  link.finish()
}

export function hearTunnels(connection: ParleyConnection, event: TunnelEvent): void | Promise<void> {
  if (event.kind === 'tunnel-refused') return // The abortion says it, with its reason.
  if (event.kind === 'tunnel-asked') {
    const { number } = add(connection, event)
    return connection.event('tunnel-asked', { tunnel: number, from: event.asker })
  }
  const tunnel = find(connection, event)
  if (!tunnel) return
  switch (event.kind) {
    case 'tunnel-accepted':
      return join(connection, tunnel, 'asker', () => {})
    case 'tunnel-aborted':
      connection.tunnels.delete(tunnel.number)
      return connection.event('tunnel-ended', { tunnel: tunnel.number, why: reasons[event.why] })
    case 'tunnel-established': {
      const { number } = tunnel
      tunnel.link = new TunnelLink(connection, number, (why) => {
        connection.tunnels.delete(number)
        if (why !== null) connection.event('tunnel-ended', { tunnel: number, why })
      })
      connection.event('tunnel-open', { tunnel: number })
      return connection.context.tunnels.bring(event, event.side, tunnel.link)
    }
  }
}

const reasons = {
  declined: 'refused',
  'taken-back': 'taken-back',
  'timed-out': 'timed-out',
  'wrong-joins': 'lost',
  'user-left': 'user-left',
  'connection-lost': 'lost',
} satisfies Record<TunnelAbortion, string>

/** The connection is not its user's any more. What is asked is aborted by the community. */
export function loseTunnels({ tunnels }: ParleyConnection): void {
  for (const { link } of tunnels.values()) link?.breakOff()
  tunnels.clear()
}

function add(connection: ParleyConnection, { asker, asked, code }: TunnelName): OpenTunnel {
  const number = ++connection.lastTunnel
  const tunnel: OpenTunnel = { number, asker, asked, code, link: null }
  connection.tunnels.set(number, tunnel)
  return tunnel
}

function find({ tunnels }: ParleyConnection, { asker, asked, code }: TunnelName): OpenTunnel | undefined {
  const isThis = (tunnel: OpenTunnel) =>
    tunnel.code === code && sameName(tunnel.asker, asker) && sameName(tunnel.asked, asked)
  return Array.from(tunnels.values()).find((tunnel) => !tunnel.link && isThis(tunnel))
}

function join(
  { context }: ParleyConnection,
  { asker, asked, code }: OpenTunnel,
  side: 'asker' | 'asked',
  told: (isJoined: boolean) => void,
): void | Promise<void> {
  const { address } = context
  return context.submit({ do: 'tunnel.join', side, address, asker, asked, code }, ({ ok }) => told(ok))
}

function abort(exchange: Exchange, { number, asker, asked, code }: OpenTunnel): void | Promise<void> {
  const { connection } = exchange
  return connection.context.submit({ do: 'tunnel.abort', asker, asked, code }, (aborted) => {
    if (!aborted.ok) return exchange.refuse(tunnelErrors[aborted.fail])
    connection.tunnels.delete(number)
    exchange.accept()
  })
}
