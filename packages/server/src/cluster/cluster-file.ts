import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemReason } from '../system-reason.ts'

/** Which cluster a data directory belongs to, and as whom. */
export interface Membership {
  readonly cluster: string
  /** What this node is called. */
  readonly node: string
  /** Whether the cluster may not be there yet: this node was making it. */
  readonly founding: boolean
}

/** null: to none. Throws what the system throws where the file cannot be read. */
export function readMembership(directory: string): Membership | null {
  let text: string
  try {
    text = readFileSync(fileOf(directory), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  const said = JSON.parse(text) as Partial<Membership>
  if (typeof said.cluster !== 'string' || typeof said.node !== 'string') throw new Error('it is not as it was written')
  return { cluster: said.cluster, node: said.node, founding: said.founding === true }
}

/** Why a server that is the only one of its community must not use this directory, for people; or null. */
export function membershipProblem(directory: string): string | null {
  const whose = (): string => {
    try {
      return readMembership(directory) ? 'is a node of a cluster' : ''
    } catch (error) {
      return `may be a node of a cluster (${fileOf(directory)}: ${systemReason(error)})`
    }
  }
  const found = whose()
  if (found === '') return null
  return (
    `The data directory ${directory} ${found}. Start it with --cluster. To go on without the others, stop all nodes, ` +
    'and then run parley backup on the one that stopped last, and parley restore into a new directory.'
  )
}

/** In its place at once or not at all. */
export function writeMembership(directory: string, membership: Membership): void {
  const file = fileOf(directory)
  writeFileSync(`${file}.new`, `${JSON.stringify(membership)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export function fileOf(directory: string): string {
  return join(directory, 'cluster.json')
}
