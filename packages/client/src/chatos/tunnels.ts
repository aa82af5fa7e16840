import { errCodes } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Tunnel, TunnelRequest, Tunnels } from '../features.ts'
import { untilAborted } from '../kit/until-aborted.ts'
import type { Link } from '../link.ts'
import type { ChatosConnection } from './connection.ts'
import { joinTunnel } from './private-socket.ts'
import { askRefusals, refusalOf, tunnelRefusals } from './replies.ts'
import { find, frameOf, requestOf, type Request, type TcpFrame } from './tunnel-request.ts'
import { checkUser, isSameUser } from './users.ts'

/**
 * For the asked user to accept: longer than the 60 s after which our server aborts (C-5), for
 * servers that never do.
 */
const acceptMs = 90_000
/**
 * For the OK on a private socket. The side that accepts waits for the asker, whom the server gives
 * 60 s.
 */
const joinMs = 75_000

/** A request of this user. */
interface Asked extends Request {
  /** Resolved with the asked user's name, as the server has it. */
  readonly accepted: PromiseWithResolvers<string>
  isAccepted: boolean
  /** The server has ended it: there is nothing to take back. */
  isOver: boolean
}

/**
 * Private connections, asked for here and by others. What others ask is remembered only while it is
 * being accepted.
 */
export class ChatosTunnels implements Tunnels {
  readonly #connection: ChatosConnection
  readonly #asked = new Set<Asked>()
  readonly #accepting = new Set<Request>()

  constructor(connection: ChatosConnection) {
    this.#connection = connection
    connection.ending.addEventListener('abort', () => this.#connectionEnded(), { once: true })
  }

  /**
   * C-5, C-8. A request that comes to nothing for a reason that the server does not know of is
   * taken back (C-7).
   */
  async ask(user: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Tunnel> {
    checkUser(user)
    if (signal?.aborted) throw takenBack(user)
    const request = this.#newRequest(user)
    const stop = () => request.stop.abort(takenBack(user))
    signal?.addEventListener('abort', stop, { once: true })
    const { clock } = this.#connection.context
    const cancelLate = clock.after(acceptMs, () => request.stop.abort(notInTime(user)))
    this.#asked.add(request)
    const asked = this.#askServer(request)
    try {
      await untilAborted(asked, request.stop.signal)
      const name = await untilAborted(request.accepted.promise, request.stop.signal)
      cancelLate()
      return { with: name, link: await this.#join('TCPConnect', request, user) }
    } catch (error) {
      void asked.then(() => this.#takeBack(request)).catch(() => {})
      throw error
    } finally {
      cancelLate()
      signal?.removeEventListener('abort', stop)
      this.#asked.delete(request)
    }
  }

  /** One of the four frames of tunnels, on the main connection. */
  hear(frame: TcpFrame): void {
    switch (frame.op) {
      case 'TCPAsk':
        return this.#hearAsk(frame)
      case 'TCPAccept':
        return this.#hearAccept(frame)
      case 'TCPAbort':
        return this.#hearAbort(frame)
      case 'TCPConnect':
        return this.#connection.violation('the server said TCPConnect outside of a private connection')
    }
  }

  #askServer(request: Asked): Promise<void> {
    return this.#connection.inTurn(async () => {
      request.stop.signal.throwIfAborted()
      const refusal = refusalOf(await this.#connection.request(frameOf('TCPAsk', request)), askRefusals)
      if (refusal) throw refusal
    })
  }

  async #takeBack(request: Asked): Promise<void> {
    if (!request.isOver) await this.#connection.inTurn(() => this.#connection.abort(frameOf('TCPAbort', request)))
  }

  #hearAsk(frame: TcpFrame): void {
    if (!isSameUser(frame.recipient, this.#connection.me)) {
      return this.#connection.violation(`the server passed on a TCPAsk that is for "${frame.recipient}"`)
    }
    const request = requestOf(frame)
    let isAnswered = false
    const answerOnce = () => {
      if (isAnswered) throw new ChatError('usage', `the request of ${request.asker} has been answered already`)
      isAnswered = true
    }
    const offer: TunnelRequest = {
      from: request.asker,
      accept: async () => {
        answerOnce()
        return this.#accept(request)
      },
      decline: async () => {
        answerOnce()
        return this.#decline(request)
      },
    }
    this.#connection.context.emit('tunnel-asked', offer)
  }

  /**
   * Of another request than ours it is passed over: a server may tell both users, and an acceptance
   * may cross an abort.
   */
  #hearAccept(frame: TcpFrame): void {
    const request = find(this.#asked, frame)
    if (!request) return
    request.isAccepted = true
    request.accepted.resolve(frame.recipient)
  }

  /**
   * Passed over likewise: one goes with every refusal (C-5), and comes back to whoever sent one
   * (C-7).
   */
  #hearAbort(frame: TcpFrame): void {
    const asked = find(this.#asked, frame)
    if (asked) {
      const reason = new ChatError('refused', `${frame.recipient} declined the tunnel, or did not answer in time`)
      asked.isOver = true
      asked.accepted.reject(reason)
      // Before that the ERROR that belongs to the TCPAbort says more.
      if (asked.isAccepted) asked.stop.abort(reason)
    }
    find(this.#accepting, frame)?.stop.abort(new ChatError('refused', `${frame.sender} has taken the request back`))
  }

  /** C-8 */
  async #accept(request: Request): Promise<Tunnel> {
    this.#connection.ending.throwIfAborted()
    this.#accepting.add(request)
    try {
      return { with: request.asker, link: await this.#join('TCPAccept', request, request.asker) }
    } finally {
      this.#accepting.delete(request)
    }
  }

  /** C-7. A request that is gone need not be declined. */
  async #decline(request: Request): Promise<void> {
    const code = await this.#connection.inTurn(() => this.#connection.abort(frameOf('TCPAbort', request)))
    if (code === null || code === errCodes['TCP Not In Protocole']) return
    const refusal = refusalOf(code, tunnelRefusals)
    if (refusal) throw refusal
  }

  async #join(op: 'TCPAccept' | 'TCPConnect', request: Request, other: string): Promise<Link> {
    const { transport, where, clock } = this.#connection.context
    const cancelLate = clock.after(joinMs, () => request.stop.abort(notInTime(other)))
    try {
      return await joinTunnel(transport, where, frameOf(op, request), request.stop.signal)
    } finally {
      cancelLate()
    }
  }

  /** C-9: what is established goes on. */
  #connectionEnded(): void {
    for (const request of [...this.#asked, ...this.#accepting]) request.stop.abort(this.#connection.ending.reason)
  }

  #newRequest(user: string): Asked {
    const accepted = Promise.withResolvers<string>()
    // Nobody may be waiting for it when it comes to nothing.
    accepted.promise.catch(() => {})
    const base = { asker: this.#connection.me, asked: user, number: this.#freshNumber(), stop: new AbortController() }
    return { ...base, accepted, isAccepted: false, isOver: false }
  }

  /** C-4: 0 to 32,767, and no other request of this user has it. */
  #freshNumber(): number {
    for (;;) {
      const number = crypto.getRandomValues(new Uint16Array(1))[0]! >> 1
      if (![...this.#asked].some((request) => request.number === number)) return number
    }
  }
}

function takenBack(user: string): ChatError {
  return new ChatError('aborted', `the request to ${user} was taken back`)
}

function notInTime(user: string): ChatError {
  return new ChatError('timeout', `${user} did not answer in time`)
}
