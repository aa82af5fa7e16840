import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Dialect } from './dialects.ts'

const readBytes = 1_048_576
/** Names of the same length, so that what is heard about each has the same length, too. */
const digits = 5
const lineFeed = 10
const heartbeat = Buffer.from('PING\n')
const heartbeatReply = Buffer.from('PONG\n')

/** All connections read into this one: what comes is looked at before anything else is read. */
const buffer = Buffer.allocUnsafeSlow(readBytes)

export function nameOf(index: number): string {
  return `u${String(index).padStart(digits, '0')}`
}

/**
 * Hears what one read brought: the first `length` bytes of the shared buffer, valid during the call
 * only. A view on them for each read would be a good part of what a small read costs.
 */
export type Listener = (buffer: Buffer, length: number) => void

/**
 * A connection of the load. Reads into a shared buffer, so that the load costs less than what it
 * measures.
 */
export class Client {
  readonly name: string
  readonly socket: Socket
  listener: Listener = () => {}

  constructor(index: number, port: number) {
    this.name = nameOf(index)
    const callback = (length: number) => {
      this.listener(buffer, length)
      return true
    }
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } })
    // Whoever has to know waits for `close`, which follows.
    this.socket.on('error', () => {})
  }

  /** Fails when the server ends the connection before the last reply. */
  async enter(dialect: Dialect): Promise<void> {
    await once(this.socket, 'connect')
    for (const { say, until } of dialect.entry(this.name)) await this.#exchange(say, Buffer.from(until, 'latin1'))
  }

  #exchange(say: Buffer, until: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      let tail: Buffer = Buffer.alloc(0)
      const gone = () => reject(new Error(`${this.name} was disconnected before it had come in`))
      this.socket.once('close', gone)
      this.listener = (bytes, length) => {
        const heard = Buffer.concat([tail, bytes.subarray(0, length)])
        if (heard.includes(until)) {
          this.socket.off('close', gone)
          this.listener = () => {}
          resolve()
        } else tail = heard.subarray(Math.max(0, heard.length - until.length))
      }
      this.socket.write(say)
    })
  }
}

/**
 * Gives whole lines to `line`, and replies to the heartbeats of line protocols. A line begins at
 * `from`, and its line feed stands at `to`.
 */
export function wholeLines(socket: Socket, line: (bytes: Buffer, from: number, to: number) => void): Listener {
  let rest: Buffer | undefined
  return (bytes, length) => {
    const all = rest ? Buffer.concat([rest, bytes.subarray(0, length)]) : bytes
    const end = (rest?.length ?? 0) + length
    let from = 0
    while (from < end) {
      const to = all.indexOf(lineFeed, from)
      if (to < 0 || to >= end) break
      if (all[from] === heartbeat[0] && all[from + 1] === heartbeat[1]) socket.write(heartbeatReply)
      else line(all, from, to)
      from = to + 1
    }
    rest = from < end ? Buffer.from(all.subarray(from, end)) : undefined
  }
}

/**
 * Only replies to heartbeats: for clients of whom nothing else is wanted. Lines may be split
 * anywhere.
 */
export function heartbeatsOnly(socket: Socket): Listener {
  let tail: Buffer | undefined
  return (bytes, length) => {
    const heard = bytes.subarray(0, length)
    const all = tail ? Buffer.concat([tail, heard]) : heard
    if (all.includes(heartbeat)) socket.write(heartbeatReply)
    const begun = all.lastIndexOf(lineFeed) + 1
    tail = begun < all.length && all.length - begun < heartbeat.length ? Buffer.from(all.subarray(begun)) : undefined
  }
}

/**
 * `count` clients come in, never more than `atOnce` of them at the same time. No further one does
 * once `entered` returned false.
 */
export async function enterAll(
  port: number,
  dialect: Dialect,
  count: number,
  atOnce: number,
  entered: (client: Client) => boolean,
  first = 0,
): Promise<void> {
  let next = first
  let wanted = true
  async function some(): Promise<void> {
    while (wanted && next < first + count) {
      const client = new Client(next++, port)
      await client.enter(dialect)
      wanted = entered(client) && wanted
    }
  }
  await Promise.all(Array.from({ length: atOnce }, some))
}
