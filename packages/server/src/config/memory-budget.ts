import type { Limits } from './settings.ts'

/** What a connection costs at rest, in bytes, with its socket, session and buffers. */
const connectionCost = 12_288

/** How the memory that the process may take is divided among what others make it hold. */
export interface MemoryBudget {
  readonly connections: number
  /** Bytes of all connections together that their readers have not taken. */
  readonly unsent: number
  /** Bytes of keys and offers of all users together. */
  readonly kept: number
}

export function memoryBudget({ memory, connections }: Pick<Limits, 'memory' | 'connections'>): MemoryBudget {
  return {
    connections: Math.min(connections, Math.floor(memory / 2 / connectionCost)),
    unsent: Math.floor(memory / 4),
    kept: Math.floor(memory / 8),
  }
}
