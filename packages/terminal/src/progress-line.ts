import type { Writable } from 'node:stream'
import { byteSize } from './byte-size.ts'

const barWidth = 30

/** `[#####     ]  50 %  5 bytes of 10 bytes` */
export function progressBar(sent: number, size: number): string {
  const part = size === 0 ? 1 : Math.min(1, sent / size)
  const full = Math.floor(part * barWidth)
  const percent = String(Math.floor(part * 100)).padStart(3)
  return `[${'#'.repeat(full)}${' '.repeat(barWidth - full)}] ${percent} %  ${byteSize(sent)} of ${byteSize(size)}`
}

/** A bar that is drawn over itself on a terminal, once per percent; elsewhere nothing. */
export class ProgressLine {
  readonly #errors: Writable & { readonly isTTY?: boolean }
  #percent = -1

  constructor(errors: Writable & { readonly isTTY?: boolean }) {
    this.#errors = errors
  }

  show(sent: number, size: number): void {
    const percent = size === 0 ? 100 : Math.floor((sent / size) * 100)
    if (!this.#errors.isTTY || percent === this.#percent) return
    this.#percent = percent
    this.#errors.write(`\r${progressBar(sent, size)}\u001b[K`)
  }

  /** Leaves the last state, and the cursor on a line of its own. */
  end(): void {
    if (this.#percent >= 0) this.#errors.write('\n')
    this.#percent = -1
  }
}
