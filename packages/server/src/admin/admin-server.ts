import { once } from 'node:events'
import { lstatSync, unlinkSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { systemReason } from '../system-reason.ts'
import type { Logger } from '../logger.ts'
import type { Administration } from '@parley/protocols'
import type { HookAdmin } from './hook-admin.ts'
import { isHookRequest, type HookRequest } from './hook-requests.ts'
import { readLine, type LineFailure, type LineLimits } from './read-line.ts'
import { removeSnapshots, takeSnapshot } from '../store/snapshot.ts'
import { adminVersion, parseRequest, type AdminResults, type RequestFailure } from './requests.ts'
import { adminSocket, pathTooLong, reachSocket, type SocketPath } from './socket-path.ts'

/** Commands that ask at the same time; more are turned away. */
const connectionsAtOnce = 16
const defaultLimits: LineLimits = { ms: 5_000, bytes: 16_384 }

export interface AdminServerParts {
  /** The data directory, whose lock is ours. */
  readonly directory: string
  readonly admin: Administration
  readonly hooks: HookAdmin
  /** Resolves when the database has everything that was acknowledged before. */
  saved(): Promise<void>
  readonly logger: Logger
  /** Of what a command says, and how long it may take to read the reply. */
  readonly limits?: LineLimits
}

type Started = { readonly ok: true; readonly value: AdminServer } | { readonly ok: false; readonly message: string }

/**
 * Listens at `admin.sock` in the data directory, for this user alone. A connection says one JSON
 * object on one line, gets one back, and ends. What is no request gets the reason. `message`: why
 * nobody can be heard, for people.
 */
export async function startAdminServer(parts: AdminServerParts): Promise<Started> {
  const { directory } = parts
  const file = adminSocket(directory)
  try {
    // We hold the lock, so the socket that is there is one of a server that was killed.
    const found = lstatSync(file, { throwIfNoEntry: false })
    if (found && !found.isSocket()) return { ok: false, message: `${file} is in the way and no socket; remove it` }
    if (found) unlinkSync(file)
    removeSnapshots(directory)
    const at = reachSocket(directory)
    if (!at) return { ok: false, message: pathTooLong(directory) }
    const server = new AdminServer(parts, at)
    await server.listen()
    return { ok: true, value: server }
  } catch (error) {
    return { ok: false, message: `cannot listen at ${file}: ${systemReason(error)}` }
  }
}

export class AdminServer {
  readonly #directory: string
  readonly #admin: Administration
  readonly #hooks: HookAdmin
  readonly #saved: () => Promise<void>
  readonly #logger: Logger
  readonly #limits: LineLimits
  readonly #at: SocketPath
  readonly #server: Server
  /** Those that have not said their line. */
  readonly #unheard = new Set<Socket>()
  #closed: Promise<void> | null = null

  constructor({ directory, admin, hooks, saved, logger, limits = defaultLimits }: AdminServerParts, at: SocketPath) {
    this.#directory = directory
    this.#admin = admin
    this.#hooks = hooks
    this.#saved = saved
    this.#logger = logger
    this.#limits = limits
    this.#at = at
    // A command may end its side once it has said its line.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    this.#server.maxConnections = connectionsAtOnce
  }

  async listen(): Promise<void> {
    // The socket is made within the call, so that nobody finds it with a mode that lets others in.
    const before = process.umask(0o177)
    this.#server.listen(this.#at.path)
    process.umask(before)
    try {
      await once(this.#server, 'listening')
    } catch (error) {
      this.#at.release()
      throw error
    }
    this.#server.on('error', (error) => this.#logger.error({ error }, 'the socket of the operator cannot accept'))
  }

  /** Whoever has said a line still gets the reply. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#unheard) socket.destroy()
    await closed
    this.#at.release()
  }

  #accept(socket: Socket): void {
    // Its end follows, and whoever is gone needs no reply.
    socket.on('error', () => {})
    this.#unheard.add(socket)
    void this.#serve(socket)
  }

  async #serve(socket: Socket): Promise<void> {
    const line = await readLine(socket, this.#limits)
    this.#unheard.delete(socket)
    const reply = line.ok ? await this.#replyTo(line.value) : refusal(line.fail)
    socket.setTimeout(this.#limits.ms, () => socket.destroy())
    socket.end(`${JSON.stringify(reply)}\n`, () => socket.destroy())
  }

  async #backup(): Promise<AdminResults['backup']> {
    await this.#saved()
    const taken = await takeSnapshot(this.#directory)
    this.#logger.info({ ok: taken.ok }, 'the operator asked for a backup')
    return taken
  }

  async #carryOutForHooks(request: HookRequest): Promise<object> {
    const result = await this.#hooks.carryOut(request)
    if (result.ok && request.do !== 'hook.list') {
      this.#logger.info({ do: request.do, hook: request.name }, 'the operator changed a hook')
    }
    return result
  }

  async #replyTo(line: string): Promise<object> {
    const request = parseRequest(line)
    if (!request.ok) return refusal(request.fail)
    const { do: what } = request.value
    try {
      if (request.value.do === 'backup') return await this.#backup()
      if (isHookRequest(request.value)) return await this.#carryOutForHooks(request.value)
      const result = await this.#admin.carryOut(request.value)
      if (result.ok && changesAccounts.has(what)) {
        this.#logger.info({ do: what, user: result.value }, 'the operator changed an account')
      } else if (result.ok && 'by' in request.value) {
        this.#logger.info({ do: what, by: request.value.by }, 'the operator decided')
      }
      return result
    } catch (error) {
      this.#logger.error({ do: what, error }, 'a bug in what the operator asked for')
      return refusal('failed')
    }
  }
}

const changesAccounts: ReadonlySet<string> = new Set(['user.add', 'user.password', 'user.remove'])

type RefusalReason = LineFailure | RequestFailure | 'failed'

const refusals = {
  'too-long': 'The line is too long.',
  'too-slow': 'The line came too late.',
  'not-utf-8': 'The line is not UTF-8.',
  'no-line': 'The line does not end with a line feed.',
  'bad-request': 'The line is no request: a JSON object such as {"version":1,"do":"user.list"}.',
  'unknown-version': `This server speaks version ${adminVersion}.`,
  'name-invalid': 'The name is not a user name.',
  'name-reserved': 'The name is reserved.',
  'address-invalid': 'This is neither an address nor a network, such as 192.0.2.0/24.',
  failed: 'Something went wrong in the server; its log says what.',
} satisfies Record<RefusalReason, string>

function refusal(fail: RefusalReason): object {
  return { ok: false, fail, version: adminVersion, message: refusals[fail] }
}
