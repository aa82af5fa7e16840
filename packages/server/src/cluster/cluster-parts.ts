import type { Clock, NodeId, NodeLinks } from '@parley/core'
import type { ClusterLog, ClusterLogParts } from './cluster-log.ts'

/** What links know of the node that they lead to. */
export interface LinkPlace {
  readonly clock: Clock
  /** As it is called at the moment. */
  node(): NodeId
  /** The number of the last entry of the log that it has applied. */
  applied(): number
  /** Runs once it has applied that entry, and delivered what follows from it. */
  reached(seq: number, run: () => void): void
}

/** What a server has to be one of several nodes. */
export interface ClusterParts {
  /** Resolves when this node takes part and knows all that the others know. */
  join(given: Omit<ClusterLogParts, 'stream' | 'name' | 'cutOffMs' | 'showsDigests' | 'unfit'>): Promise<ClusterLog>
  /** To the other nodes. Called once. */
  links(place: LinkPlace): NodeLinks
}
