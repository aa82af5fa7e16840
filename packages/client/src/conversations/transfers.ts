import { cleanLine } from '../clean-text.ts'

/** `waiting`: the other side has not answered. `checking`: all bytes are there, and whether they are right is not known yet. */
type TransferState = 'waiting' | 'moving' | 'checking'

/** A file that is being sent or received. */
export interface Transfer {
  readonly id: number
  readonly direction: 'sending' | 'receiving'
  readonly user: string
  readonly name: string
  readonly bytes: number
  /** null: the sender did not say. */
  readonly size: number | null
  readonly state: TransferState
  /** Over the last seconds; null: not known yet, or nothing moves. */
  readonly bytesPerSecond: number | null
  /** null: not known. */
  readonly secondsLeft: number | null
}

export interface BegunTransfer {
  progress(bytes: number): void
  /** It was cancelled or is over. */
  end(): void
}

interface Kept {
  transfer: Transfer
  /** When how many bytes had moved, the oldest first, of the last seconds. */
  readonly samples: { readonly at: number; readonly bytes: number }[]
  readonly cancel: () => void
}

/** What the rate is taken over. */
const rateMs = 5_000
/** A rate of less time than this says nothing. */
const leastMs = 500

/** The files under way. `changed` is called when one of them got a percent or a second further, came or went. */
export class Transfers {
  readonly #all = new Map<number, Kept>()
  readonly #changed: () => void
  readonly #now: () => number
  #nextId = 1
  #moved = 0

  constructor(changed: () => void, now: () => number = Date.now) {
    this.#changed = changed
    this.#now = now
  }

  get list(): readonly Transfer[] {
    return Array.from(this.#all.values(), ({ transfer }) => transfer)
  }

  /** Grows whenever bytes move, and when a file comes or goes. */
  get moved(): number {
    return this.#moved
  }

  /** `cancel` is called when somebody cancels it here; it must bring about the end. */
  begin(file: Pick<Transfer, 'direction' | 'user' | 'name' | 'size'>, cancel: () => void = () => {}): BegunTransfer {
    const id = this.#nextId++
    const fresh = { bytes: 0, state: 'waiting', bytesPerSecond: null, secondsLeft: null } as const
    const clean = { ...file, user: cleanLine(file.user), name: cleanLine(file.name) }
    const kept: Kept = { transfer: { ...clean, ...fresh, id }, samples: [], cancel }
    const step = Math.max(1, (file.size ?? 100_000_000) / 100)
    this.#all.set(id, kept)
    this.#moved++
    this.#changed()
    let told = { at: -Infinity, bytes: 0 }
    return {
      progress: (bytes) => {
        this.#moved++
        if (!this.#all.has(id)) return
        const at = this.#now()
        const isLast = bytes === file.size
        if (bytes - told.bytes < step && at - told.at < 1_000 && !isLast) return
        told = { at, bytes }
        kept.transfer = movedTo(kept, bytes, at)
        this.#changed()
      },
      end: () => {
        this.#moved++
        if (this.#all.delete(id)) this.#changed()
      },
    }
  }

  /** Returns it; null: there is none with this number. */
  cancel(id: number): Transfer | null {
    const kept = this.#all.get(id)
    kept?.cancel()
    return kept?.transfer ?? null
  }
}

/** For people: what is happening to it now. */
export function stateOf({ state, direction, user }: Transfer): string {
  if (state === 'waiting') return `waiting for ${user}`
  if (state === 'checking') return 'checking'
  return direction
}

/** For people: `40 s`, `12 min`, `3 h`. */
export function durationOf(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`
  return seconds < 3_600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

function movedTo({ transfer, samples }: Kept, bytes: number, at: number): Transfer {
  samples.push({ at, bytes })
  while (samples.length > 2 && at - samples[0]!.at > rateMs) samples.shift()
  const [oldest] = samples
  const ms = at - (oldest?.at ?? at)
  const bytesPerSecond = oldest && ms >= leastMs ? ((bytes - oldest.bytes) * 1_000) / ms : transfer.bytesPerSecond
  const { size } = transfer
  const secondsLeft = size === null || !bytesPerSecond ? null : Math.max(0, size - bytes) / bytesPerSecond
  return { ...transfer, bytes, bytesPerSecond, secondsLeft, state: bytes === size ? 'checking' : 'moving' }
}
