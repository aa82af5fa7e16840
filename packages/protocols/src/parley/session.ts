import type { Stamp } from '@parley/core'
import { commandNamed } from '../kit/commands.ts'
import { passOn } from '../kit/hearing.ts'
import type { Decoded, Farewell, Session, SessionContext, SessionEvent } from '../protocol.ts'
import type { Body, ParleyFrame } from './codec.ts'
import { commands, type When } from './commands.ts'
import { ParleyConnection } from './connection.ts'
import { Exchange, idOf } from './exchange.ts'
import { hearFiles } from './files.ts'
import { hearKeys } from './keys.ts'
import { textMember } from './members.ts'
import type { ErrorCode } from './replies.ts'
import { hearTunnels, loseTunnels } from './tunnels.ts'

/**
 * What is said need not wait for the disk that what was said before waits for: so many at a time.
 */
const mostAhead = 64

export class ParleySession implements Session<ParleyFrame> {
  readonly #connection: ParleyConnection
  /** Messages that wait for their replies, and the last of them. */
  #ahead = 0
  #last: Promise<void> | null = null

  constructor(context: SessionContext<Body>) {
    this.#connection = new ParleyConnection(context)
  }

  /** The client speaks first. */
  opened(): void {}

  received(item: Decoded<ParleyFrame>): void | Promise<void> {
    const connection = this.#connection
    connection.heartbeat.pong() // L-5: whatever comes is an answer.
    if (!item.ok && item.problem === 'too-long') return connection.end('frame-too-long')
    const isSaid = item.ok && item.frame?.['do'] === 'say'
    if (!isSaid) return this.#last ? this.#last.then(() => this.#run(item, null)) : this.#run(item, null)
    const before = this.#last
    const pending = this.#run(item, before)
    // It was refused at once, and that is told before anything else is looked at.
    return pending ? this.#goAhead(pending) : before?.then(() => {})
  }

  /** The next request need not wait for this one, unless there are too many. */
  #goAhead(pending: Promise<void>): void | Promise<void> {
    this.#ahead++
    const last = pending.finally(() => {
      this.#ahead--
      if (this.#last === last) this.#last = null
    })
    this.#last = last
    return this.#ahead < mostAhead ? undefined : last
  }

  /** `before`: what the reply stands behind. */
  #run(item: Decoded<ParleyFrame>, before: Promise<void> | null): void | Promise<void> {
    const connection = this.#connection
    const body = item.ok ? item.frame : null
    const id = body && idOf(body)
    const name = body && textMember(body, 'do')
    const exchange = new Exchange(connection, id ?? null, before)
    if (!body || id === undefined || typeof name !== 'string') return exchange.refuse('malformed')
    const command = commandNamed(commands, name)
    const refusal = refusalOf(connection, command?.when)
    if (refusal) return exchange.refuse(refusal)
    if (!command) return exchange.refuse('unknown-command')
    const run = command.parse(body)
    return run ? run(exchange) : exchange.refuse('malformed')
  }

  hear(event: SessionEvent, stamp: Stamp): void {
    passOn(event, {
      keys: (each) => hearKeys(this.#connection, each, stamp),
      files: (each) => hearFiles(this.#connection, each),
      tunnels: (each) => void hearTunnels(this.#connection, each),
    })
  }

  closed(): void {
    loseTunnels(this.#connection)
    this.#connection.forgetUser()
  }

  farewell(reason: Farewell): void {
    this.#connection.farewell(reason)
  }
}

/** Why this cannot be said now; null: it can. `when` undefined: there is no such command. */
function refusalOf({ isGreeted, user, context }: ParleyConnection, when: When | undefined): ErrorCode | null {
  if (when === 'always') return null
  if (!isGreeted) return 'hello-first'
  if (when === 'signed-in' && user === null) return 'sign-in-first'
  if (when === 'admin') return user === null ? 'sign-in-first' : context.admin.isAdmin ? null : 'admins-only'
  return when === 'signed-out' && user !== null ? 'signed-in-already' : null
}
