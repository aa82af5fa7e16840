import type { Link, UserName } from '@parley/core'
import type { SessionContext } from '../protocol.ts'
import type { ChatosFrame } from './packets.ts'
import { errCodes, type ErrCode } from './replies.ts'

/** One connection, as every packet finds it. */
export class ChatosConnection {
  readonly context: SessionContext<ChatosFrame>
  /** Who signed in here, in the case that is shown. */
  pseudo: UserName | null = null
  /**
   * Where this is a new socket of a private connexion: whether it may still wait for the other one.
   */
  awaitsOther = false
  /** The same, once a request has it: its bytes. */
  link: Link | null = null

  constructor(context: SessionContext<ChatosFrame>) {
    this.context = context
  }

  send(packet: ChatosFrame): void {
    this.context.send(packet)
  }

  error(code: ErrCode): void {
    this.send(errorPacket(code))
  }
}

export function errorPacket(code: ErrCode): ChatosFrame {
  return { op: 'ERROR', code: errCodes[code] }
}
