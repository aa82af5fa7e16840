import type { NodeId } from '@parley/core'

/**
 * Messages between nodes, each of at most 66,000 bytes. Those of one node to another come in order
 * and at most once, or do not come.
 */
export interface NodeMessages {
  /** The bytes are the caller's again when it returns. */
  send(to: NodeId, message: Uint8Array): void
  /**
   * To be called once. `hear`: a message to this node, whose bytes stay as they are. `cut`: messages
   * may have got lost, in either direction.
   */
  listen(hear: (from: NodeId, message: Uint8Array) => void, cut: () => void): void
}
