import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const piece = 65_536

/**
 * Room on the disk that is kept for the day when it is full: a file of so many bytes beside the
 * database. While it is given up, messages can still be removed, and with them their readers go on
 * reading.
 */
export class Reserve {
  readonly #file: string
  readonly #bytes: number
  #isSettled = false

  constructor(directory: string, bytes: number) {
    this.#file = join(directory, 'reserve')
    this.#bytes = bytes
  }

  /** Takes the room where it is not taken, if the disk has it. Only the first call does anything. */
  hold(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    if (statSync(this.#file, { throwIfNoEntry: false })?.size !== this.#bytes) this.#take(this.#bytes)
  }

  /** Gives the room up. */
  release(): void {
    rmSync(this.#file, { force: true })
  }

  /**
   * Takes the room again, and only where the disk has twice as much: on one that is hardly less
   * full the next message would be refused again. False: the disk is as full as before.
   */
  retake(): boolean {
    return this.#bytes === 0 || this.#take(2 * this.#bytes)
  }

  #take(bytes: number): boolean {
    if (bytes === 0) return true
    let file: number | undefined
    try {
      file = openSync(this.#file, 'w', 0o600)
      // A file system may give no room to a file of zeros.
      const filling = crypto.getRandomValues(new Uint8Array(piece))
      for (let at = 0; at < bytes;) at += writeSync(file, filling, 0, Math.min(piece, bytes - at), at)
      // Some file systems find out only now that there is no room.
      fsyncSync(file)
      ftruncateSync(file, this.#bytes)
      closeSync(file)
      return true
    } catch {
      if (file !== undefined) closeSync(file)
      this.release()
      return false
    }
  }
}
