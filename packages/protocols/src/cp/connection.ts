import type { Cancel, UserName } from '@parley/core'
import type { SessionContext } from '../protocol.ts'
import { isAscii, type Alphabet } from './message.ts'
import { Downloads } from './downloads.ts'
import { replies, type ReplyCode } from './replies.ts'
import type { State } from './states.ts'

const confirmationMs = 10_000 // P-6

/** How one listener speaks `cp`. */
export interface CpListener {
  readonly alphabet: Alphabet
  /** Whether `SMSGall:` speaks to everybody. */
  readonly broadcasts: boolean
}

/** One connection, as every command finds it. */
export class CpConnection {
  readonly context: SessionContext<string>
  readonly listener: CpListener
  state: State = 'Idle'
  /** What USER said, until PASS. */
  username = ''
  /** Who signed in here, in the case that is shown. */
  user: UserName | null = null
  /** What RMSG hands out. Made anew at each sign-in. */
  downloads: Downloads
  /**
   * What is handed out; plain ASCII from the moment when the client has shown that it reads nothing
   * else (P-9).
   */
  alphabet: Alphabet
  /** Whether the last PDU handed out is beyond ASCII, and the client has said nothing since. */
  beyondAscii = false
  #confirmationTimeout: Cancel | undefined

  constructor(context: SessionContext<string>, listener: CpListener) {
    this.context = context
    this.listener = listener
    this.alphabet = listener.alphabet
    this.downloads = new Downloads(context)
  }

  reply(code: ReplyCode): void {
    const { text, next } = replies[code]
    if (next) this.state = next
    this.context.send(`${code} ${text}`)
  }

  /** One PDU of a message, and then it is the client's turn (P-6). */
  handOut(pdu: string): void {
    this.context.send(pdu)
    this.beyondAscii = !isAscii(pdu)
    const timeout = this.context.clock.after(confirmationMs, () =>
      this.context.afterInput(() => {
        if (this.#confirmationTimeout === timeout) this.giveUp()
      }),
    )
    this.#confirmationTimeout = timeout
  }

  /** The client has said whether it has the PDU, or nobody waits for that any more. */
  stopWaiting(): void {
    this.#confirmationTimeout?.()
    this.#confirmationTimeout = undefined
  }

  /** The message in hand is not confirmed any more. It stays where it was, for next time (P-6). */
  giveUp(): void {
    this.stopWaiting()
    this.state = 'Error Processing'
  }
}
