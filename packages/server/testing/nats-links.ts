import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { NodeLinks } from '@parley/core'
import type { TestContext } from 'node:test'
import type { LinkPlace } from '../src/cluster/cluster-parts.ts'
import { CreditLinks } from '../src/cluster/links/credit-links.ts'
import { natsMessages } from '../src/cluster/nats/nats-messages.ts'
import { systemClock } from '../src/system-clock.ts'

/**
 * Links of the nodes with these names over NATS, whatever their log goes over. They go by the time of
 * the machine, as NATS does.
 */
export async function natsLinks(
  t: TestContext,
  servers: string,
  names: readonly string[],
): Promise<(name: string) => (place: LinkPlace) => NodeLinks> {
  const made = await Promise.all(
    names.map(async (name) => {
      const connection = await connect({ servers })
      t.after(() => connection.close())
      return [name, connection] as const
    }),
  )
  const connections = new Map(made)
  return (name) => linksOver(connections.get(name)!, name)
}

/** `name`: of the node that has the connection. */
export function linksOver(connection: NatsConnection, name: string): (place: LinkPlace) => NodeLinks {
  return (place) => {
    const messages = natsMessages(connection, 'test.link', name, place.node)
    return new CreditLinks({ ...place, clock: systemClock, messages })
  }
}
