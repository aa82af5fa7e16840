import { sameName, type UserName } from '@parley/core'
import { Heartbeat, type HeartbeatOwner } from '../kit/heartbeat.ts'
import type { SessionContext } from '../protocol.ts'
import type { JsonMessage } from './codec.ts'
import { documentForm, type Form } from './form.ts'
import { ping, pongTimeout } from './replies.ts'

/** One connection, as every command finds it. */
export class JsonConnection implements HeartbeatOwner {
  readonly context: SessionContext<JsonMessage>
  readonly heartbeat: Heartbeat
  /** Who signed in here, in the case that is shown. */
  user: UserName | null = null
  form: Form = documentForm
  /**
   * Whose key this connection received last, for a SECURE_MESSAGE that names no receiver (J-18).
   * `since`: whoever takes the name later is somebody else.
   */
  lastKeyOf: { readonly name: UserName; readonly since: number } | null = null

  constructor(context: SessionContext<JsonMessage>) {
    this.context = context
    this.heartbeat = new Heartbeat(this)
  }

  ping(): void {
    this.send(ping)
  }

  pongTimeout(): void {
    this.disconnect(pongTimeout)
  }

  isUser(name: string): boolean {
    return this.user !== null && sameName(name, this.user)
  }

  send(message: JsonMessage): void {
    this.context.send(message)
  }

  /** Ends the connection and says why (J-5). */
  disconnect(reason: number): void {
    this.heartbeat.stop()
    this.send(this.form.disconnection(reason))
    this.context.close()
  }
}
