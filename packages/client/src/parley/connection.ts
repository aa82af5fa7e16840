import { parleyCodec, parleyNotation, type Body, type ParleyFrame } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import { FrameConnection } from '../kit/frame-connection.ts'
import { StallTimer } from '../kit/stall-timer.ts'
import { TextByUser } from '../kit/text-by-user.ts'
import type { Link } from '../link.ts'
import { ParleyMessages } from './messages.ts'
import { Refusal } from './replies.ts'
import { flag, list, members, natural, text, Wrong, type Shape, type Shaped } from './shapes.ts'

/** The longest time that a timer takes: what is replied to when there is something. */
export const noLimitMs = 2_147_483_647
/** Before the server has said how often it speaks. */
const firstSilenceMs = 60_000
/** Bytes of a line that a server may send: room for the names of a large community. */
const longestHeard = 4_194_304
/** Bytes of a frame that any server takes once somebody is signed in. */
const longestSaid = 131_072
const shownCharacters = 60

const refusal = members({ error: text, message: text })
export const hello = members({
  version: natural,
  features: list(text),
  limits: members({ frame: natural, text: natural, chunk: natural }),
  pingSeconds: natural,
})
const outcome = members({ ok: flag })

export interface RequestOptions<T> {
  /** How long the reply may take, in milliseconds. */
  readonly ms?: number
  /** Runs before the next frame is read. */
  readonly told?: (reply: T) => void
}

export type Hello = Pick<Shaped<typeof hello>, 'features' | 'limits' | 'pingSeconds'>

/** One connection, as every feature finds it. */
export class ParleyConnection {
  readonly context: ClientContext
  /** The name, once signed in as the server took it. */
  me: string
  /** Whether the account may look after the server. */
  isAdmin = false
  readonly messages: ParleyMessages
  /** The last session key of each user that came by itself: it belongs to the messages behind it. */
  readonly sessionKeys = new TextByUser()
  /** What the server said of itself. */
  hello: Hello = { features: [], limits: { frame: 0, text: 0, chunk: 0 }, pingSeconds: 0 }
  readonly #frames: FrameConnection<ParleyFrame>
  #lastId = 0
  #silence: StallTimer

  constructor(link: Link, context: ClientContext) {
    this.context = context
    this.me = context.name
    this.messages = new ParleyMessages(this)
    this.#frames = new FrameConnection(
      link,
      context,
      parleyCodec.decoder(() => longestHeard),
      parleyNotation,
    )
    this.#silence = this.#silenceOf(firstSilenceMs)
    this.ending.addEventListener('abort', () => this.#silence.stop(), { once: true })
  }

  /** Aborted, with a ChatError as its reason, when the connection has ended. */
  get ending(): AbortSignal {
    return this.#frames.ending
  }

  /** Begins to read. `hear` is given every event. */
  listen(hear: (name: string, event: Body) => void): void {
    this.#silence.moved()
    this.#frames.listen({
      moved: () => this.#silence.moved(),
      heard: (frame) => this.#heard(frame, hear),
      garbage: (problem) => {
        if (problem === 'too-long') this.destroy('the server sent a line without an end')
        else this.violation('a line came that is no UTF-8')
      },
    })
  }

  /** What is silent for longer is lost. */
  expectEvery(ms: number): void {
    this.#silence.stop()
    this.#silence = this.#silenceOf(ms)
    this.#silence.moved()
  }

  isMe(user: string): boolean {
    return user.toLowerCase() === this.me.toLowerCase()
  }

  /** Says something that has no reply. */
  send(command: string, body: Body = {}): void {
    this.#frames.send(parleyCodec.encode({ do: command, ...body }))
  }

  /**
   * Resolves with the reply. Rejects with a Refusal, or with a ChatError: `usage` where it is too
   * long, `broken-server` where the reply is not what the protocol says, `timeout`, `closed`.
   */
  request<T>(command: string, body: Body, shape: Shape<T>, { ms, told }: RequestOptions<T> = {}): Promise<T> {
    const id = ++this.#lastId
    const bytes = parleyCodec.encode({ id, do: command, ...body })
    if (bytes.length > longestSaid) {
      return Promise.reject(new ChatError('usage', 'this is too long for one message; send it in parts, or as a file'))
    }
    const read = (frame: ParleyFrame) => {
      if (frame?.re !== id) return undefined
      const reply = readReply(command, frame, shape)
      if (reply instanceof ChatError) {
        if (reply.code === 'broken-server') this.violation(reply.message)
        return reply
      }
      told?.(reply)
      // A reply may be undefined or null to whoever reads it; to the queue that is no reply.
      return { reply }
    }
    return this.#frames.request(bytes, read, ms).then(({ reply }) => reply)
  }

  /** Tells of something that the server should not have said. */
  violation(problem: string): void {
    this.context.emit('protocol-violation', { problem })
  }

  destroy(reason: string): void {
    this.#frames.destroy(reason)
  }

  /** Says goodbye. Resolves when the connection has ended. */
  quit(): Promise<void> {
    return this.#frames.leave(parleyCodec.encode({ do: 'quit' }))
  }

  #silenceOf(ms: number): StallTimer {
    return new StallTimer(this.context.clock, ms, () => this.destroy('the server has said nothing for too long'))
  }

  #heard(frame: ParleyFrame, hear: (name: string, event: Body) => void): void {
    if (frame === null) return this.violation('a line came that is no JSON object')
    if (typeof frame.event === 'string') return hear(frame.event, frame)
    if (frame.re === null && frame.ok === false) return this.violation(`the server refused a line: ${shown(frame)}`)
    const { re } = frame
    // What came too late is nobody's any more.
    const isLate = typeof re === 'number' && natural(re) === re && re <= this.#lastId
    if (!isLate) this.violation(`a line came that is neither an event nor a reply: ${shown(frame)}`)
  }
}

function readReply<T>(command: string, frame: Body, shape: Shape<T>): T | ChatError {
  const how = outcome(frame)
  if (how instanceof Wrong) return broken(command, how)
  if (!how.ok) {
    const refused = refusal(frame)
    return refused instanceof Wrong ? broken(command, refused) : new Refusal(refused.error, refused.message, frame)
  }
  const reply = shape(frame)
  return reply instanceof Wrong ? broken(command, reply) : reply
}

function broken(command: string, wrong: Wrong): ChatError {
  return new ChatError('broken-server', `the reply to "${command}" is not what the protocol says: ${String(wrong)}`)
}

function shown(frame: Body): string {
  return JSON.stringify(frame).slice(0, shownCharacters)
}
