import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * Bytes of the longest path that a Unix socket's address can have: 108 on Linux, 104 elsewhere,
 * with a byte for its end.
 */
const longest = process.platform === 'linux' ? 107 : 103

/** A path of the socket that the system takes, until `release`. */
export interface SocketPath {
  readonly path: string
  release(): void
}

/** The socket in its data directory, as people know it. */
export function adminSocket(directory: string): string {
  return join(directory, 'admin.sock')
}

/**
 * The directory may have a path longer than the address of a socket can be. Then the socket is
 * reached through the open directory, or from where we are. Null: neither is short enough. Throws
 * where the directory cannot be opened.
 */
export function reachSocket(directory: string): SocketPath | null {
  const path = adminSocket(directory)
  const near = relative('', path)
  const short = [path, near].find((each) => Buffer.byteLength(each) <= longest)
  if (short !== undefined) return { path: short, release: () => {} }
  if (!existsSync('/proc/self/fd')) return null
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY)
  return { path: adminSocket(`/proc/self/fd/${descriptor}`), release: () => closeSync(descriptor) }
}

export function pathTooLong(directory: string): string {
  return `the path of ${adminSocket(directory)} is longer than the ${longest} bytes that a socket's may have; choose a data directory with a shorter one`
}
