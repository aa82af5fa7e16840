import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import { readFileSync } from 'node:fs'
import { parseClusterUrl } from '../../config/cluster-url.ts'
import type { ClusterSettings } from '../../config/settings.ts'
import type { Logger } from '../../logger.ts'
import { systemReason } from '../../system-reason.ts'

type Connected =
  { readonly ok: true; readonly value: NatsConnection } | { readonly ok: false; readonly message: string }

/** A server that says nothing for so long, twice, is not there. */
const pingMs = 2_000
const reconnectMs = 250
const connectMs = 5_000

/**
 * The one connection of this process to NATS, which comes back by itself for as long as it is open.
 * Fails with a message for people where it cannot be made now.
 */
export async function connectNats(settings: ClusterSettings, name: string, logger: Logger): Promise<Connected> {
  const address = parseClusterUrl(settings.url)
  if (!address.ok) return address
  const { servers, tls, user, password } = address.value
  try {
    const files = settings.tls ?? { ca: null, certificate: null, key: null }
    const connection = await connect({
      servers: [...servers],
      name: `parley ${name}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: reconnectMs,
      reconnectJitter: reconnectMs,
      reconnectJitterTLS: reconnectMs,
      pingInterval: pingMs,
      maxPingOut: 2,
      timeout: connectMs,
      ...(user !== null && { user }),
      ...(password !== null && { pass: password }),
      ...(settings.credentials !== null && { authenticator: credsAuthenticator(readFileSync(settings.credentials)) }),
      ...((tls || settings.tls) && {
        tls: {
          ...(files.ca !== null && { caFile: files.ca }),
          ...(files.certificate !== null && { certFile: files.certificate }),
          ...(files.key !== null && { keyFile: files.key }),
        },
      }),
    })
    void report(connection, logger)
    return { ok: true, value: connection }
  } catch (error) {
    return { ok: false, message: `NATS cannot be reached at ${servers.join(', ')}: ${systemReason(error)}` }
  }
}

async function report(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') logger.warn({}, 'NATS is not connected')
    if (type === 'reconnect') logger.info({}, 'NATS is connected again')
  }
}
