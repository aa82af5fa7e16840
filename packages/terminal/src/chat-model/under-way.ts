import type { Clock } from '@parley/client'
import { byteSize } from '../byte-size.ts'
import type { ConversationModel, Transfer } from '@parley/client/conversations'

export interface Patience {
  /** How long what is under way may stand still. */
  readonly standstillMs: number
  /** Aborted when whoever waits will not. */
  readonly hurry: AbortSignal
}

/** Files that are being sent and received, and messages that are pending, seen from whoever wants to leave. */
export class UnderWay {
  readonly #model: ConversationModel
  readonly #clock: Clock
  /** null: a file, which is named by how far it got. */
  readonly #works = new Map<Promise<void>, (() => string) | null>()
  #allDone = true
  #isLeft = false

  constructor(model: ConversationModel, clock: Clock) {
    this.#model = model
    this.#clock = clock
  }

  /** Whether somebody left before all of it was done. What becomes of the rest is no news then. */
  get isLeft(): boolean {
    return this.#isLeft
  }

  /** What is under way, for people; empty: nothing. */
  names(): string {
    const others = [...this.#works.values()].flatMap((name) => name?.() ?? [])
    return [...this.#model.transfers.list.map(nameOf), ...others].join(', ')
  }

  /** `work` resolves with whether it was done, and never rejects. */
  add(work: Promise<boolean>, name: (() => string) | null = null): void {
    const noted = work.then((done) => {
      this.#allDone &&= done
      this.#works.delete(noted)
    })
    this.#works.set(noted, name)
  }

  /**
   * Waits while files move, and names what it waits for and what it gives up. Resolves with whether all that was ever
   * added was done.
   */
  async settled({ standstillMs, hurry }: Patience): Promise<boolean> {
    const { transfers } = this.#model
    const names = this.names()
    const say = (kind: 'answer' | 'error', text: string) => this.#model.note(kind, text, this.#model.open.title)
    if (names !== '') say('answer', `waiting for ${names}; /quit once more leaves at once`)
    for (let seen = -1; this.#works.size > 0 && seen !== transfers.moved && !hurry.aborted;) {
      seen = transfers.moved
      await this.#finished(standstillMs, hurry)
    }
    if (this.#works.size === 0) return this.#allDone
    say('error', `left before it was finished: ${this.names()}`)
    this.#isLeft = true
    return false
  }

  /** Resolves when nothing is under way any more, and in any case when the time is over or `hurry` is aborted. */
  #finished(ms: number, hurry: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        hurry.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#clock.after(ms, done)
      hurry.addEventListener('abort', done, { once: true })
      void Promise.all(this.#works.keys()).then(done)
    })
  }
}

function nameOf({ direction, user, name, bytes, size }: Transfer): string {
  const whose = direction === 'sending' ? `${name} to ${user}` : `${name} from ${user}`
  if (bytes === 0) return direction === 'sending' ? `${whose} (nothing of it is sent yet)` : whose
  return `${whose} (${byteSize(bytes)}${size === null ? '' : ` of ${byteSize(size)}`})`
}
