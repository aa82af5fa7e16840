import { close, closeSync, constants, fstatSync, openSync, statSync, write, writeSync, type Stats } from 'node:fs'
import { Socket } from 'node:net'

/** Something that takes bytes, and that nobody waits for. */
export interface Outlet {
  /**
   * Hands bytes over, one call at a time. `taken` says how many went: 0 when there is no room at
   * the moment, null when they are lost.
   */
  write(bytes: Uint8Array, taken: (count: number | null) => void): void
  /** Nothing may be written afterwards. */
  close(): void
}

/** Standard error, which belongs to the process. Throws what the system says. */
export function openStandardError(): Outlet {
  const found = fstatSync(standardError)
  if (found.isSocket()) return new SocketOutlet(standardError)
  if (found.isFile()) return new FileOutlet(standardError)
  try {
    // The same terminal or pipe, opened once more: that ours does not block must not change the
    // one that a shell and other programs share.
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY
    return new NonBlockingOutlet(openSync(`/proc/self/fd/${standardError}`, flags))
  } catch {
    return new FileOutlet(standardError)
  }
}

/** A file that is appended to and made for its owner only, a pipe, or a device. Throws what the system says. */
export function openFile(path: string): Outlet {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found || found.isFile() || found.isDirectory()) return new FileOutlet(openSync(path, 'a', 0o600))
  return new NonBlockingOutlet(openSync(path, accessOf(found) | constants.O_NONBLOCK | constants.O_NOCTTY))
}

const standardError = 2

/** A pipe that nobody reads yet can only be opened by who could read it as well. */
function accessOf(found: Stats): number {
  return found.isFIFO() ? constants.O_RDWR : constants.O_WRONLY
}

/** A terminal or a pipe: when it is full it says so. */
class NonBlockingOutlet implements Outlet {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  write(bytes: Uint8Array, taken: (count: number | null) => void): void {
    let count: number | null = null
    try {
      count = writeSync(this.#descriptor, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') count = 0
    }
    taken(count)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

/** A file on a disk, which another thread waits for. */
class FileOutlet implements Outlet {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  write(bytes: Uint8Array, taken: (count: number | null) => void): void {
    write(this.#descriptor, bytes, (error, count) => taken(error ? null : count))
  }

  close(): void {
    if (this.#descriptor !== standardError) close(this.#descriptor)
  }
}

/** A socket, such as that of the journal. */
class SocketOutlet implements Outlet {
  readonly #socket: Socket

  constructor(descriptor: number) {
    this.#socket = new Socket({ fd: descriptor, readable: false, writable: true })
    this.#socket.on('error', () => {})
    this.#socket.unref()
  }

  write(bytes: Uint8Array, taken: (count: number | null) => void): void {
    this.#socket.write(bytes, (error) => taken(error ? null : bytes.length))
  }

  close(): void {}
}
