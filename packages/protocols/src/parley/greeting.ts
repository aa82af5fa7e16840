import type { Body } from './codec.ts'
import { pingSeconds } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { features, limits } from './features.ts'
import { isNumber, member } from './members.ts'

const version = 1
const mostVersions = 64

/** The versions that the client speaks. */
export function readHello(body: Body): readonly number[] | null {
  const versions = member(body, 'versions')
  if (!Array.isArray(versions) || versions.length === 0 || versions.length > mostVersions) return null
  return versions.every(isNumber) ? versions : null
}

/** L-2. Where no version is common nothing that follows could be understood. */
export function hello(exchange: Exchange, versions: readonly number[]): void {
  const { connection } = exchange
  if (connection.isGreeted) return exchange.refuse('hello-again')
  if (!versions.includes(version)) {
    exchange.refuse('no-common-version', { versions: [version] })
    return connection.context.close()
  }
  connection.isGreeted = true
  exchange.accept({ version, server: connection.context.serverName, features, limits, pingSeconds })
}
