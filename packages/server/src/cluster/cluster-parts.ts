import type { ClusterLog, ClusterLogParts } from './cluster-log.ts'

/** What a server has to be one of several nodes. */
export interface ClusterParts {
  /** Resolves when this node takes part and knows all that the others know. */
  join(given: Omit<ClusterLogParts, 'stream' | 'name' | 'cutOffMs' | 'unfit'>): Promise<ClusterLog>
}
