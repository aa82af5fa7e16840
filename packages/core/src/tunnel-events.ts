import type { ConnectionId, NodeId, UserName } from './names.ts'

/**
 * What identifies a request for a tunnel: all three values have to fit (C-4). `code` is the asker's
 * choice and opaque.
 */
export interface TunnelName {
  readonly asker: UserName
  readonly asked: UserName
  readonly code: string
}

export type TunnelSide = 'asker' | 'asked'

/**
 * Why a request came to nothing. `taken-back`, `declined`: by the asker or the asked.
 * `wrong-joins`: too many, which may be somebody's guesses. `connection-lost`: a private connection
 * went that waited for the other one.
 */
export type TunnelAbortion = 'taken-back' | 'declined' | 'timed-out' | 'wrong-joins' | 'user-left' | 'connection-lost'

export type TunnelEvent =
  /** To the asked. */
  | ({ readonly kind: 'tunnel-asked' } & TunnelName)
  /** To the asker: the asked user's private connection has come. */
  | ({ readonly kind: 'tunnel-accepted' } & TunnelName)
  /** To both, or to the one who stays; and to whoever carries the bytes. */
  | ({ readonly kind: 'tunnel-aborted'; readonly why: TunnelAbortion } & TunnelName)
  /**
   * To a private connection: both have come, and from here on the bytes are the tunnel's. `tunnel`:
   * the same for both. `home`: the node of the asker's, where the two are joined.
   */
  | ({
      readonly kind: 'tunnel-established'
      readonly tunnel: number
      readonly home: NodeId
      readonly side: TunnelSide
      readonly other: ConnectionId
    } & TunnelName)
  /**
   * To a private connection that waited for the other one: there is nothing to wait for any more.
   */
  | { readonly kind: 'tunnel-refused' }
