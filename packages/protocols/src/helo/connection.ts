import { LazyMap, sameName, type NameKey, type UserName } from '@parley/core'
import { Heartbeat, type HeartbeatOwner } from '../kit/heartbeat.ts'
import type { SessionContext } from '../protocol.ts'
import { softErrs } from './replies.ts'

/** One connection, as every command finds it. */
export class HeloConnection implements HeartbeatOwner {
  readonly context: SessionContext<string>
  readonly heartbeat: Heartbeat
  /** Who signed in here, in the case that is shown. */
  user: UserName | null = null
  /**
   * The session that the client keeps with each user, by the session key that it began with (H-16).
   */
  readonly sessions = new LazyMap<NameKey, string>()

  constructor(context: SessionContext<string>) {
    this.context = context
    this.heartbeat = new Heartbeat(this)
  }

  ping(): void {
    this.send('PING')
  }

  pongTimeout(): void {
    this.end('DSCN Pong timeout') // H-14
  }

  isUser(name: string): boolean {
    return this.user !== null && sameName(name, this.user)
  }

  send(line: string): void {
    this.context.send(line)
  }

  malformed(): void {
    this.send(softErrs.malformedCommand)
  }

  /** Ends the connection after these last words. */
  end(last: string): void {
    this.heartbeat.stop()
    this.send(last)
    this.context.close()
  }
}
