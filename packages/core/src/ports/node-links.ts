import type { NodeId } from '../names.ts'
import type { Link } from './link.ts'

/** What a link is for, in the words of its service. Plain data that survives JSON. */
export type LinkHeader = { readonly [member: string]: string | number | boolean | null }

/**
 * Takes the other end of a link. By then this node has applied every entry of the log that the
 * opener had applied when it opened the link.
 */
export type AcceptLink = (link: Link, header: LinkHeader, from: NodeId) => void

/**
 * Bytes between the nodes of a cluster.
 *
 * Promises: what is written to a link comes to its other end in order and once, up to its end, or
 * the link is lost at both ends. A reader that does not read makes the writer wait, and what waits
 * in between is bounded. A link is lost where the other node is gone, does not take it, or cannot
 * be reached. A read before that still returns what has come.
 */
export interface NodeLinks {
  /** Both ends may write at once. `node` is another one. */
  open(node: NodeId, service: string, header: LinkHeader): Link
  /** To be called once for a service, before any node opens links to it. */
  serve(service: string, accept: AcceptLink): void
  /** Every link is lost, at both ends. */
  breakAll(): void
}
