import { chatosCodec, cutToBytes, encodeText, type ChatosFrame } from '@parley/protocols'
import type { Tunnel } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { Link } from '../link.ts'
import type { Speaker, SpeakOptions } from '../speaker.ts'
import { MainLine } from './main-line.ts'
import type { Patience } from './patience.ts'
import { crRefusals, refusalOf, smaRefusals, spmRefusals, type Refusals } from './refusals.ts'
import { same } from './request.ts'
import { Tunnels } from './tunnels.ts'

/** A server in the field has buffers of 1,024 bytes in all, and closes on more (C-10). */
const maxFrameBytes = 1_024
const maxMessageBytes = 1_000
/** Two of them and a message fit into such a buffer. */
const maxNameBytes = 255

/** Whether a name can go over the wire. */
export function isName(text: string): boolean {
  const { length } = encodeText(text)
  return length >= 1 && length <= maxNameBytes
}

/** One user of `chatos`: signs in, talks and has tunnels. The protocol has no list of names. */
export class ChatosSpeaker implements Speaker {
  readonly me: string
  readonly #how: SpeakOptions
  readonly #line: MainLine
  readonly #tunnels: Tunnels

  constructor(link: Link, how: SpeakOptions, patience: Patience) {
    this.me = how.name
    this.#how = how
    this.#line = new MainLine(link, how, patience, (frame) => this.#hear(frame))
    this.#tunnels = new Tunnels(this.#line, how, patience)
  }

  async signIn(): Promise<void> {
    const code = await this.#line.inTurn(() => this.#line.ask({ op: 'CR', pseudo: this.me }))
    const refusal = refusalOf(code, crRefusals)
    if (refusal) throw refusal
  }

  say(text: string): Promise<void> {
    return this.#sendPieces(text, smaRefusals, (message) => ({ op: 'SMA', sender: this.me, message }))
  }

  async tell(user: string, text: string): Promise<void> {
    checkUser(user)
    await this.#sendPieces(text, spmRefusals, (message) => ({
      op: 'SPM',
      sender: this.me,
      recipient: user,
      message,
    }))
  }

  async askTunnel(user: string, signal?: AbortSignal): Promise<Tunnel> {
    checkUser(user)
    return this.#tunnels.ask(user, signal)
  }

  quit(): Promise<void> {
    return this.#line.quit()
  }

  /** Longer texts arrive as several messages, cut between characters (X-4, C-10); what follows a piece that was refused is not sent. */
  async #sendPieces(text: string, refusals: Refusals, frameOf: (message: string) => ChatosFrame): Promise<void> {
    if (text === '') throw new ChatError('usage', 'there is nothing to read in an empty message')
    const head = chatosCodec.encode(frameOf('-')).length - 1
    const pieces = cutToBytes(text, Math.min(maxMessageBytes, maxFrameBytes - head))
    await this.#line.inTurn(async () => {
      for (const [index, piece] of pieces.entries()) {
        const refusal = refusalOf(await this.#line.ask(frameOf(piece)), refusals)
        if (!refusal) continue
        if (index === 0) throw refusal
        throw new ChatError(refusal.code, `the first ${index} of ${pieces.length} parts were sent; ${refusal.message}`)
      }
    })
  }

  #hear(frame: ChatosFrame): void {
    switch (frame.op) {
      case 'SMA':
        return this.#how.tell('broadcast', { from: frame.sender, text: frame.message })
      case 'SPM':
        if (!same(frame.recipient, this.me))
          return this.#line.strange(`a message came that is for "${frame.recipient}"`)
        return this.#how.tell('plain-message', { from: frame.sender, text: frame.message })
      case 'TCPAsk':
      case 'TCPAccept':
      case 'TCPAbort':
      case 'TCPConnect':
        return this.#tunnels.hear(frame)
      case 'CR':
        return this.#line.strange('the server said CR, which is for clients')
      case 'ERROR':
        return this.#line.strange(`the server said ERROR ${frame.code}, and nothing had been asked`)
    }
  }
}

function checkUser(user: string): void {
  if (!isName(user)) throw new ChatError('no-such-user', 'a user name has 1 to 255 bytes')
}
