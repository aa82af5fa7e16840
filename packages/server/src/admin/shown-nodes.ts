import type { Community, NodeId } from '@parley/core'
import type { NodeShown } from '@parley/protocols'
import { numbersPerBatch } from '../cluster/batch.ts'

/** What is known of the processes of a community, at the one that is asked. */
export function shownNodes({ nodes, users, seq }: Community, asked: NodeId): readonly NodeShown[] {
  const connections = [...users.connections()]
  const all = nodes.list()
  const now = Math.max(...all.map(({ heardAt }) => heardAt))
  return all.map(({ id, name, applied, heardAt }) => {
    const here = connections.filter(({ node }) => node === id)
    return {
      name,
      isAsked: id === asked,
      connections: here.length,
      users: new Set(here.map((each) => each.name)).size,
      behind: Math.max(Math.floor((seq - applied) / numbersPerBatch), 0),
      silent: now - heardAt,
    }
  })
}
