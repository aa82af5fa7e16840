import type { ChatosFrame, TcpOp } from '@parley/protocols'
import { isSameUser } from './users.ts'

export type TcpFrame = Extract<ChatosFrame, { op: TcpOp }>

/** Who asked whom, with which number: all three together name a request (C-4). */
export interface Request {
  readonly asker: string
  readonly asked: string
  readonly number: number
  /** Ends the request on this side; the reason is a ChatError. */
  readonly stop: AbortController
}

export function frameOf(op: TcpOp, { asker, asked, number }: Request): TcpFrame {
  return { op, sender: asker, recipient: asked, password: number }
}

export function requestOf({ sender, recipient, password }: TcpFrame): Request {
  return { asker: sender, asked: recipient, number: password, stop: new AbortController() }
}

export function find<R extends Request>(requests: ReadonlySet<R>, frame: TcpFrame): R | undefined {
  for (const request of requests) {
    const { asker, asked, number } = request
    if (number === frame.password && isSameUser(asker, frame.sender) && isSameUser(asked, frame.recipient))
      return request
  }
  return undefined
}
