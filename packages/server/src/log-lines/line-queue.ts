import type { Outlet } from './outlet.ts'

/** Bytes that wait while whoever reads the log does not, or the disk is full. Past it lines are lost. */
const mostWaiting = 1_048_576
/** Bytes that are handed over at a time. */
const mostAtOnce = 65_536
/** How long until an outlet without room is tried again. */
const retryMs = 100

/**
 * Lines on their way to an outlet. Nobody who logs waits: what the outlet has no room for waits
 * here, up to a limit, and past it lines are lost and counted. The count is a line of its own, at
 * the place of what is missing.
 */
export class LineQueue {
  readonly #outlet: Outlet
  readonly #lostLine: (count: number) => string
  #lines: Uint8Array[] = []
  #bytes = 0
  #lost = 0
  #isWriting = false
  #isClosed = false
  #retry: NodeJS.Timeout | undefined
  #whenEmpty: () => void = () => {}

  /** `lostLine`: says how many lines are missing. */
  constructor(outlet: Outlet, lostLine: (count: number) => string) {
    this.#outlet = outlet
    this.#lostLine = lostLine
  }

  write(line: string): void {
    if (this.#isClosed) return
    const bytes = Buffer.from(line)
    if (this.#bytes + bytes.length > mostWaiting) this.#lost++
    else {
      if (this.#lost > 0) this.#push(Buffer.from(this.#lostLine(this.#lost)))
      this.#lost = 0
      this.#push(bytes)
    }
    this.#drain()
  }

  /** Resolves when everything is written, or `ms` later. What comes afterwards goes nowhere. */
  async close(ms: number): Promise<void> {
    this.#isClosed = true
    if (this.#lost > 0) this.#push(Buffer.from(this.#lostLine(this.#lost)))
    this.#lost = 0
    this.#drain()
    let timer: NodeJS.Timeout | undefined
    if (this.#lines.length > 0) {
      await new Promise<void>((resolve) => {
        this.#whenEmpty = resolve
        timer = setTimeout(resolve, ms)
      })
    }
    clearTimeout(timer)
    clearTimeout(this.#retry)
    this.#lines = []
    if (!this.#isWriting) this.#outlet.close()
  }

  #push(bytes: Uint8Array): void {
    this.#lines.push(bytes)
    this.#bytes += bytes.length
  }

  #drain(): void {
    // An outlet may say at once what it took, and it may say it later.
    while (!this.#isWriting && this.#lines.length > 0 && !this.#retry) this.#writeSome()
  }

  #writeSome(): void {
    const bytes = this.#some()
    this.#isWriting = true
    this.#outlet.write(bytes, (count) => {
      this.#isWriting = false
      if (count === null) this.#lose(bytes)
      else if (count > 0) this.#forget(count)
      if (count === 0) this.#tryLater()
      if (this.#lines.length === 0) this.#whenEmpty()
      else this.#drain()
    })
  }

  #some(): Uint8Array {
    let [count, size] = [0, 0]
    while (count < this.#lines.length && (count === 0 || size + this.#lines[count]!.length <= mostAtOnce)) {
      size += this.#lines[count++]!.length
    }
    return count === 1 ? this.#lines[0]! : Buffer.concat(this.#lines.slice(0, count))
  }

  #forget(count: number): void {
    this.#bytes -= count
    let rest = count
    // Nothing is left of what nobody took in time at the end.
    while (rest > 0 && this.#lines.length > 0) {
      const first = this.#lines[0]!
      if (first.length > rest) {
        this.#lines[0] = first.subarray(rest)
        return
      }
      rest -= first.length
      this.#lines.shift()
    }
  }

  /** The disk is full, or the reader has gone. */
  #lose(bytes: Uint8Array): void {
    for (const byte of bytes) if (byte === 0x0a) this.#lost++
    this.#forget(bytes.length)
  }

  #tryLater(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#drain()
    }, retryMs)
    this.#retry.unref()
  }
}
