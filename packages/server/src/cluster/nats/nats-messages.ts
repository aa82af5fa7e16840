import type { NatsConnection } from '@nats-io/transport-node'
import type { NodeId } from '@parley/core'
import type { NodeMessages } from '../links/node-messages.ts'

/**
 * Messages between the nodes of one community over NATS: `<prefix>.<to>.<from>`, where a node's id
 * has two parts. `name`: the first part of this node's; `node`: its whole id, as it is at the moment.
 * What comes to an earlier life of it is not heard.
 */
export function natsMessages(
  connection: NatsConnection,
  prefix: string,
  name: string,
  node: () => NodeId,
): NodeMessages {
  return {
    send(to, message) {
      if (!connection.isClosed()) connection.publish(`${prefix}.${to}.${node()}`, message)
    },
    listen(hear, cut) {
      const idAt = prefix.length + 1
      connection.subscribe(`${prefix}.${name}.>`, {
        callback: (error, { subject, data }) => {
          const id = node()
          if (error || !subject.startsWith(`${id}.`, idAt)) return
          hear(subject.slice(idAt + id.length + 1) as NodeId, data)
        },
      })
      void (async () => {
        for await (const { type } of connection.status()) {
          if (type === 'disconnect' || type === 'slowConsumer' || type === 'close') cut()
        }
      })()
    },
  }
}
