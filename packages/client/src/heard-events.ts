import type { ConnectionSealing } from './chat-sealing.ts'
import type { SessionEvents } from './client-protocol.ts'
import type { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import type { FileOffer, SealAlarm } from './features.ts'
import { Queue } from './kit/queue.ts'
import type { TunnelSealing } from './sealing/tunnel-sealing.ts'
import { wrongNameIn } from './names.ts'

type GroupSealed = Omit<SessionEvents['sealed-message'], 'to' | 'sessionKey'> & {
  readonly group: string
  readonly isPast: boolean
}

/**
 * What sessions hear, as events of their chat. To open a sealed message takes a while: what came
 * behind it is told behind it, also when it comes from the next connection.
 */
export class HeardEvents {
  readonly #emitter: Emitter<ChatEvents>
  readonly #queue = new Queue()
  readonly #tunnels: TunnelSealing
  readonly #whyClosed: () => string

  /** `whyClosed`: why nothing is opened where there is no sealing. */
  constructor(emitter: Emitter<ChatEvents>, tunnels: TunnelSealing, whyClosed: () => string) {
    this.#emitter = emitter
    this.#tunnels = tunnels
    this.#whyClosed = whyClosed
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
   * `sealing`: of the connection on which it was heard; undefined: nothing is sealed. `taken` runs
   * when the program has been told.
   */
  hear<K extends keyof SessionEvents>(
    event: K,
    what: SessionEvents[K],
    sealing: ConnectionSealing | undefined,
    taken: () => void = () => {},
  ): void {
    this.#hear(event, what, sealing)
    this.#run(taken)
  }

  #hear<K extends keyof SessionEvents>(event: K, what: SessionEvents[K], sealing: ConnectionSealing | undefined): void {
    const wrongName = wrongNameIn(what)
    if (wrongName !== null) {
      return this.tell('protocol-violation', { problem: `${JSON.stringify(wrongName)} came as a name` })
    }
    const heard = { [event]: what } as Partial<SessionEvents>
    this.#run(() => {
      if (heard['sealed-message']) return this.#open(heard['sealed-message'], sealing)
      if (heard.key) {
        sealing?.groups?.forget(heard.key.user)
        return sealing?.conversations.learnPublicKey(heard.key.user, heard.key.key)
      }
      if (heard['session-over']) return sealing?.conversations.endSession(heard['session-over'].user)
      const plain = heard['plain-message']
      if (plain) return this.#emitter.emit('private-message', { ...plain, secrecy: 'plain' })
      const offered = heard['file-offered']
      if (offered) return this.#offered(offered, sealing)
      const asked = heard['tunnel-asked']
      if (asked) return this.#emitter.emit('tunnel-asked', this.#tunnels.heard(asked))
      const gone = heard['message-gone']
      if (gone) return gone.of.startsWith('@') ? sealing?.conversations.deleted(gone.from) : undefined
      if (heard.membership?.isMember === false) sealing?.groups?.left(heard.membership.group)
      if (heard.left) sealing?.conversations.forget(heard.left.user)
      const moved = heard.left ?? heard.joined
      if (moved) sealing?.groups?.forget(moved.user)
      this.#emitter.emit(event as keyof ChatEvents, what as ChatEvents[keyof ChatEvents])
    })
  }

  async #open(
    { message, sessionKey, isPast = false, group, ...who }: SessionEvents['sealed-message'],
    sealing: ConnectionSealing | undefined,
  ): Promise<void> {
    const { from, to } = who
    if (group !== undefined) return this.#openInGroup({ ...who, group, message, isPast }, sealing)
    const conversations = sealing?.conversations
    // What was sealed on another device of this user was sealed for the other one.
    const opened = await (to !== undefined
      ? conversations?.reopenOwn(to, message, sessionKey)
      : isPast
        ? conversations?.catchUp(from, message, sessionKey)
        : conversations?.receive(from, message, sessionKey))
    if (opened?.ok) {
      const { text, secrecy, isChecked, seal, suspicion } = opened
      if (suspicion) this.#emitter.emit('seal-alarm', { user: from, ...suspicion })
      this.#emitter.emit('private-message', { ...who, text, secrecy, isChecked, seal })
    } else if (opened?.alarm) {
      this.#alarm(from, opened.alarm, opened.reason)
    } else this.#emitter.emit('unreadable', { ...who, reason: opened?.reason ?? this.#whyClosed() })
  }

  async #openInGroup(
    { group, message, isPast, ...who }: GroupSealed,
    sealing: ConnectionSealing | undefined,
  ): Promise<void> {
    const { from, stamp } = who
    const opened = await sealing?.groups?.hear({ group, from, message, seq: stamp?.seq ?? null, isPast })
    if (opened?.ok) {
      const { text, suspicion, isForTheseMembers } = opened
      if (suspicion) this.#emitter.emit('seal-alarm', { user: from, ...suspicion })
      const reason = `${from} sealed what follows for other members of ${group} than the server names here`
      if (!isForTheseMembers) this.#emitter.emit('seal-alarm', { user: from, alarm: 'members', reason })
      this.#emitter.emit('group-message', { ...who, group, mayBe: [], text, secrecy: 'sealed' })
    } else if (opened?.alarm) this.#alarm(from, opened.alarm, opened.reason)
    else this.#emitter.emit('unreadable', { ...who, group, reason: opened?.reason ?? this.#whyClosed() })
  }

  #alarm(from: string, alarm: SealAlarm, why: string): void {
    const reason = `a message that came as from ${from} is not shown: ${why}`
    this.#emitter.emit('seal-alarm', { user: from, alarm, reason })
  }

  async #offered(offered: FileOffer, sealing: ConnectionSealing | undefined): Promise<void> {
    if (!sealing) return this.#emitter.emit('file-offered', { ...offered, secrecy: 'plain' })
    const { offer, suspicion } = await sealing.files.hear(offered)
    if (suspicion) this.#emitter.emit('seal-alarm', { user: offer.from, ...suspicion })
    this.#emitter.emit('file-offered', offer)
  }

  #run(step: () => void | Promise<void>): void {
    this.#queue.run(step).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error)
      this.#emitter.emit('protocol-violation', { problem: `a message or a key could not be dealt with: ${problem}` })
    })
  }
}
