import type { SessionEvents } from './client-protocol.ts'
import type { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import { Queue } from './kit/queue.ts'
import type { Conversations } from './sealing/conversations.ts'
import { wrongNameIn } from './names.ts'

/**
 * What sessions hear, as events of their chat. To open a sealed message takes a while: what came
 * behind it is told behind it, also when it comes from the next connection.
 */
export class HeardEvents {
  readonly #emitter: Emitter<ChatEvents>
  readonly #queue = new Queue()

  constructor(emitter: Emitter<ChatEvents>) {
    this.#emitter = emitter
  }

  /** Events that were heard and not told yet. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Tells of an event behind everything that was heard. */
  tell<K extends keyof ChatEvents>(event: K, what: ChatEvents[K]): void {
    this.#run(() => this.#emitter.emit(event, what))
  }

  /**
   * `conversations`: those of the connection on which it was heard; undefined: nothing is sealed.
   */
  hear<K extends keyof SessionEvents>(
    event: K,
    what: SessionEvents[K],
    conversations: Conversations | undefined,
  ): void {
    const wrongName = wrongNameIn(what)
    if (wrongName !== null) {
      return this.tell('protocol-violation', { problem: `${JSON.stringify(wrongName)} came as a name` })
    }
    const heard = { [event]: what } as Partial<SessionEvents>
    this.#run(() => {
      if (heard['sealed-message']) return this.#open(heard['sealed-message'], conversations)
      if (heard.key) return conversations?.learnPublicKey(heard.key.user, heard.key.key)
      if (heard['session-over']) return conversations?.endSession(heard['session-over'].user)
      const plain = heard['plain-message']
      if (plain) return this.#emitter.emit('private-message', { ...plain, secrecy: 'plain' })
      if (heard.left) conversations?.forget(heard.left.user)
      this.#emitter.emit(event as keyof ChatEvents, what as ChatEvents[keyof ChatEvents])
    })
  }

  async #open(
    { from, message, sessionKey }: SessionEvents['sealed-message'],
    conversations: Conversations | undefined,
  ): Promise<void> {
    const opened = await conversations?.receive(from, message, sessionKey)
    if (opened?.ok) {
      const { text, secrecy, isChecked, seal, suspicion } = opened
      if (suspicion) this.#emitter.emit('seal-alarm', { user: from, ...suspicion })
      this.#emitter.emit('private-message', { from, text, secrecy, isChecked, seal })
    } else if (opened?.alarm) {
      const reason = `a message that came as from ${from} is not shown: ${opened.reason}`
      this.#emitter.emit('seal-alarm', { user: from, alarm: opened.alarm, reason })
    } else this.#emitter.emit('unreadable', { from, reason: opened?.reason ?? 'sealing is off' })
  }

  #run(step: () => void | Promise<void>): void {
    this.#queue.run(step).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error)
      this.#emitter.emit('protocol-violation', { problem: `a message or a key could not be dealt with: ${problem}` })
    })
  }
}
