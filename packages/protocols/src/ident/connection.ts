import { LazyMap, sameName, type NameKey, type UserName } from '@parley/core'
import { Heartbeat, type HeartbeatOwner } from '../kit/heartbeat.ts'
import type { SessionContext } from '../protocol.ts'
import type { FailCode, FailLines } from './replies.ts'

/** One connection, as every command finds it. */
export class IdentConnection implements HeartbeatOwner {
  readonly context: SessionContext<string>
  readonly heartbeat: Heartbeat
  /** Who signed in here, in the case that is shown. */
  user: UserName | null = null
  /** The session keys that this connection sent or was sent, by the other user's name. */
  readonly sessionKeys = new LazyMap<NameKey, string>()
  /** The word that sealed messages arrive with (I-3). */
  sealedWord: 'NPM' | 'RECEIVE_PRIVATE_MSG' = 'NPM'
  readonly #fails: FailLines

  constructor(context: SessionContext<string>, fails: FailLines) {
    this.context = context
    this.#fails = fails
    this.heartbeat = new Heartbeat(this)
  }

  ping(): void {
    this.send('PING')
  }

  isUser(name: string): boolean {
    return this.user !== null && sameName(name, this.user)
  }

  send(line: string): void {
    this.context.send(line)
  }

  fail(code: FailCode): void {
    this.send(this.#fails[code])
  }

  /** Ends the connection after these last words. */
  end(last: string): void {
    this.heartbeat.stop()
    this.send(last)
    this.context.close()
  }

  /** I-8 */
  pongTimeout(): void {
    this.send('DSCN Pong timeout')
    this.end('FAIL05 NO RESPONSE TO PING')
  }
}
