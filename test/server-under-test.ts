import { parseUserName, type Passwords, type Store, type Told } from '@parley/core'
import { MemorySpool, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import type { ClientSide, ServerSide, Target } from '@parley/conformance'
import {
  defaultSettings,
  silentLogger,
  startServer,
  type Logger,
  type RunningServer,
  type Settings,
} from '@parley/server'
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'

/**
 * Turns of the event loop with nothing to send, after which nothing is under way in the background either: all that is
 * awaited here comes within a turn, except for what waits for the clock.
 */
const restfulTurns = 8

export interface ServerUnderTest {
  readonly running: RunningServer
  readonly clock: VirtualClock
  readonly store: Store
  readonly target: Target
  port(protocol: string): number
  addAccount(name: string, password: string): Promise<void>
  /** Resolves when nothing is being handled, but for what waits for the clock, and nothing waits to be sent. */
  rest(): Promise<void>
  /** Stops, and fails if a session threw. */
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly listen: readonly string[]
  readonly settings?: Partial<Settings>
  readonly store?: Store
  readonly passwords?: Passwords
  /** Sees every socket that is let in. */
  readonly admitted?: (socket: Socket) => void
  /** The directory of the built page. */
  readonly page?: string
}

/** A server in this process, on free ports, with time that stands still until a test lets it pass. */
export async function serverUnderTest({
  listen,
  settings,
  store: given,
  passwords: givenPasswords,
  admitted: seen,
  page,
}: ServerOptions): Promise<ServerUnderTest> {
  const clock = new VirtualClock()
  const passwords = givenPasswords ?? new PlainPasswords()
  const all: Settings = { ...defaultSettings, ...settings, listen }
  const store = given ?? new MemoryStore()
  const bugs: object[] = []
  const logger: Logger = { ...silentLogger, error: (fields, message) => void bugs.push({ message, ...fields }) }
  const sockets: ServerSocket[] = []
  const admitted = (socket: Socket) => {
    sockets.push(serverSocket(socket))
    seen?.(socket)
  }
  const spool = new MemorySpool(all.limits.spoolBytes)
  const random = new SeededRandom(1)
  const parts = { store, passwords, clock, random, logger, spool, ...(page !== undefined && { page }) }
  const started = await startServer(all, parts, admitted)
  if (!started.ok) throw new Error(started.message)
  const running = started.value
  const port = (protocol: string) => running.listening.find((each) => each.protocol === protocol)?.port ?? 0

  async function rest(done: () => boolean = () => true): Promise<void> {
    for (let quiet = 0; quiet < restfulTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!running.listeners.idle || !done()) quiet = -1
    }
  }

  return {
    running,
    clock,
    store,
    port,
    rest,
    target: {
      address: (protocol) => (port(protocol) ? { host: '127.0.0.1', port: port(protocol) } : undefined),
      pass: async (ms) => clock.advance(ms),
      quiesce: async (clients) => {
        await rest(() => clients.every((client) => hasSeen(sockets, client)))
        return sockets.map(serverSide)
      },
    },
    addAccount: async (name, password) => {
      const parsed = parseUserName(name)
      assert.ok(parsed.ok, `${name} is no user name`)
      const hash = await passwords.hash(password)
      const command = { do: 'account.add', name: parsed.value, hash } as const
      const added = await new Promise<Told<typeof command>>((told) => void running.submit(command, told))
      assert.ok(added.ok, `${name} exists`)
    },
    stop: async () => {
      const stopped = running.stop()
      // Whoever does not close its side is cut by the clock.
      while (running.listeners.size > 0) {
        await new Promise((resolve) => setImmediate(resolve))
        clock.advance(1_000)
      }
      await stopped
      assert.deepEqual(bugs, [])
    },
  }
}

export interface ServerSocket {
  readonly socket: Socket
  readonly clientPort: number
  readonly serverPort: number
}

/** A socket forgets its ports when it closes. */
export function serverSocket(socket: Socket): ServerSocket {
  return { socket, clientPort: socket.remotePort ?? 0, serverPort: socket.localPort ?? 0 }
}

export function serverSide({ socket, clientPort, serverPort }: ServerSocket): ServerSide {
  return { clientPort, serverPort, bytesSent: socket.bytesWritten, ended: socket.writableEnded || socket.destroyed }
}

export function hasSeen(sockets: readonly ServerSocket[], client: ClientSide): boolean {
  const mine = sockets.findLast(
    (each) => each.clientPort === client.clientPort && each.serverPort === client.serverPort,
  )
  if (!mine) return false
  const { destroyed, bytesRead, readableEnded } = mine.socket
  return destroyed || (bytesRead >= client.bytesWritten && (readableEnded || !client.ended))
}
