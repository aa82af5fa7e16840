import type { ChatosFrame, TcpOp } from '@parley/protocols'

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
    if (number === frame.password && same(asker, frame.sender) && same(asked, frame.recipient)) return request
  }
  return undefined
}

/** Users may be addressed in any case. */
export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** What the promise says, unless the signal is aborted before: then its reason. */
export function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
