import { byteSize } from '../byte-size.ts'
import type { ChatModel } from './chat-model.ts'
import type { Transfer } from './transfers.ts'

export interface Patience {
  /** How long the files under way may stand still. */
  readonly standstillMs: number
  /** Aborted when whoever waits will not. */
  readonly hurry: AbortSignal
}

/** The files that are being sent and received, seen from whoever wants to leave. */
export class FilesUnderWay {
  readonly #model: ChatModel
  readonly #works = new Set<Promise<void>>()
  #allArrived = true

  constructor(model: ChatModel) {
    this.#model = model
  }

  /** `work` resolves with whether the file arrived, and never rejects. */
  add(work: Promise<boolean>): void {
    const noted = work.then((arrived) => {
      this.#allArrived &&= arrived
      this.#works.delete(noted)
    })
    this.#works.add(noted)
  }

  /**
   * Waits for them as long as any of them moves, and names those that it waits for and those that it gives up. Resolves with
   * whether all that were ever added have arrived.
   */
  async settled({ standstillMs, hurry }: Patience): Promise<boolean> {
    const { transfers } = this.#model
    if (transfers.list.length > 0) {
      this.#model.note('answer', `waiting for ${this.#names()}; /quit once more leaves at once`)
    }
    for (let seen = -1; this.#works.size > 0 && seen !== transfers.moved && !hurry.aborted;) {
      seen = transfers.moved
      await this.#finished(standstillMs, hurry)
    }
    if (this.#works.size === 0) return this.#allArrived
    this.#model.note('error', `left before it was finished: ${this.#names()}`)
    return false
  }

  /** Resolves when none is under way any more, and in any case when the time is over or `hurry` is aborted. */
  #finished(ms: number, hurry: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      hurry.addEventListener('abort', done, { once: true })
      void Promise.all(this.#works).then(done)

      function done(): void {
        clearTimeout(timer)
        hurry.removeEventListener('abort', done)
        resolve()
      }
    })
  }

  #names(): string {
    return this.#model.transfers.list.map(nameOf).join(', ')
  }
}

function nameOf({ direction, user, name, bytes, size }: Transfer): string {
  const whose = direction === 'sending' ? `${name} to ${user}` : `${name} from ${user}`
  if (bytes === 0) return direction === 'sending' ? `${whose} (nothing of it is sent yet)` : whose
  return `${whose} (${byteSize(bytes)}${size === null ? '' : ` of ${byteSize(size)}`})`
}
