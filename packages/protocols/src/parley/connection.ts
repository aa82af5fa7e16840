import { sameName, type TransferId, type UserName } from '@parley/core'
import { Heartbeat, type HeartbeatOwner, type Pace } from '../kit/heartbeat.ts'
import type { SessionContext } from '../protocol.ts'
import type { Body } from './codec.ts'
import type { OpenTunnel } from './tunnels.ts'
import { farewells, type Why } from './replies.ts'

/** L-5 */
const pace: Pace = { everyMs: 20_000, answerMs: 10_000 }
export const pingSeconds = pace.everyMs / 1000

/** One connection, as every command finds it. */
export class ParleyConnection implements HeartbeatOwner {
  readonly context: SessionContext<Body>
  readonly heartbeat: Heartbeat
  /** `hello` was said, and a version is agreed on. */
  isGreeted = false
  /** Who signed in here, in the case that is shown. */
  user: UserName | null = null
  /** What the client gave as its public key since it signed in; null: nothing. */
  publicKey: string | null = null
  /** Those of a backup that have come, until the last one is here. */
  backupParts: readonly string[] = []
  /** Grows with each who signs out: what was begun for one is not told the next. */
  visit = 0
  /** By the number that it has on this connection. */
  readonly tunnels = new Map<number, OpenTunnel>()
  lastTunnel = 0
  /** Files of which a read waits. */
  readonly reading = new Set<TransferId>()
  /** Files that were ended on this connection, which need not be told so. */
  readonly endedHere = new Set<TransferId>()

  constructor(context: SessionContext<Body>) {
    this.context = context
    this.heartbeat = new Heartbeat(this, pace)
  }

  ping(): void {
    this.event('ping')
  }

  pongTimeout(): void {
    this.end('silent')
  }

  isUser(name: string): boolean {
    return this.user !== null && sameName(name, this.user)
  }

  send(frame: Body): void {
    this.context.send(frame)
  }

  event(event: string, members: Body = {}): void {
    this.send({ event, ...members })
  }

  /** Nobody is signed in here any more. */
  forgetUser(): void {
    this.heartbeat.stop()
    this.user = null
    this.publicKey = null
    this.backupParts = []
    this.visit++
    this.endedHere.clear()
  }

  /** Says why, and ends the connection. */
  end(why: Why): void {
    this.farewell(why)
    this.context.close()
  }

  farewell(why: Why): void {
    this.heartbeat.stop()
    this.event('bye', { why, message: farewells[why] })
  }
}
