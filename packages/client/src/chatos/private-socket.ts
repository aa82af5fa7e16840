import { chatosCodec, type ChatosFrame, type Decoded } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Link, Transport, Where } from '../link.ts'
import { refusalOf, tunnelRefusals } from './replies.ts'

/**
 * A new socket that says `frame`, TCPAccept or TCPConnect, and hears ERROR OK: from then on its
 * bytes are the tunnel's (C-8). Rejects with a ChatError: what the server said, `unreachable`, or
 * the reason of `signal`.
 */
export async function joinTunnel(
  transport: Transport,
  where: Where,
  frame: ChatosFrame,
  signal: AbortSignal,
): Promise<Link> {
  const link = await transport
    .connect({ host: where.host, port: where.port, tls: where.tls }, signal)
    .catch(why(signal))
  const cut = () => link.destroy()
  signal.addEventListener('abort', cut, { once: true })
  try {
    void link.write(chatosCodec.encode(frame))
    const early = await untilOk(link)
    signal.throwIfAborted()
    return early.length > 0 ? new EarlyBytes(early, link) : link
  } catch (error) {
    link.destroy()
    return why(signal)(error)
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** What an abort caused is told as the reason of the abort. */
function why(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    throw signal.aborted ? signal.reason : error
  }
}

/** The bytes behind the ERROR OK, which are the tunnel's. */
async function untilOk(link: Link): Promise<Uint8Array> {
  const decoder = chatosCodec.decoder(() => Infinity)
  for (let chunk = await link.read(); chunk; chunk = await link.read()) {
    decoder.push(chunk)
    const item = decoder.next()
    if (!item) continue
    const refusal = refusalIn(item)
    if (refusal) throw refusal
    return decoder.rest?.() ?? new Uint8Array(0)
  }
  throw new ChatError('refused', 'the server ended the private connection before it was one')
}

function refusalIn(item: Decoded<ChatosFrame>): ChatError | undefined {
  if (!item.ok)
    return new ChatError('broken-server', 'the server sent bytes that are no chatos packet on a private connection')
  if (item.frame.op === 'ERROR') return refusalOf(item.frame.code, tunnelRefusals)
  if (item.frame.op === 'TCPAbort') return new ChatError('refused', 'the private connection was aborted')
  return new ChatError('broken-server', `the server said ${item.frame.op} on a private connection`)
}

/** A link whose first bytes came already. */
class EarlyBytes implements Link {
  readonly #link: Link
  #early: Uint8Array | null

  constructor(early: Uint8Array, link: Link) {
    this.#early = early
    this.#link = link
  }

  get lost(): boolean {
    return this.#link.lost
  }

  async read(): Promise<Uint8Array | null> {
    const early = this.#early
    this.#early = null
    return early ?? this.#link.read()
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return this.#link.write(bytes)
  }

  flushed(): Promise<boolean> {
    return this.#link.flushed()
  }

  end(): void {
    this.#link.end()
  }

  destroy(how?: 'broken'): void {
    this.#early = null
    this.#link.destroy(how)
  }
}
