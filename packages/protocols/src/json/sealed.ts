import type { Core, KeyNotice, Presence, Sealing } from '@parley/core'
import type { SessionContext } from '../protocol.ts'
import { textMember, type Body } from './body.ts'
import type { JsonMessage } from './codec.ts'
import { sealedCodes } from './replies.ts'
import type { SealedForm } from './sealed-forms.ts'

const kin = Symbol('json')

/** Sealed messages and their keys, as one connection says and hears them (json.txt 11). */
export class JsonSealed implements Sealing {
  readonly keys = 'asked'
  readonly kin = kin
  readonly #context: SessionContext<JsonMessage>
  /** The form can still be chosen. */
  readonly #form: () => SealedForm
  /** For a SECURE_MESSAGE that names no receiver (J-18). Whoever takes the name later is somebody else. */
  #lastKeyOf: ReturnType<Core['users']['find']>

  constructor(context: SessionContext<JsonMessage>, form: () => SealedForm) {
    this.#context = context
    this.#form = form
  }

  /** A JSON string holds any text. */
  carries(): boolean {
    return true
  }

  request(me: Presence, body: Body): void {
    const wanted = this.#context.core.keys.want(me, textMember(body, 'receiver') ?? '')
    if (!wanted.ok) this.#refuse(sealedCodes[wanted.fail])
  }

  /** The answer to a question that may be the server's own. No key, or one too long, is no answer (J-17). */
  response(me: Presence, body: Body): void {
    const key = textMember(body, 'publicKey') ?? ''
    if (key === '') return
    this.#context.core.keys.publish(me, key, { by: textMember(body, 'sender') ?? '', stamp: null })
  }

  /** J-18. No reply when it went well. Each message brings its session key, or is refused. */
  message(me: Presence, body: Body): void {
    const receiver = textMember(body, 'receiver') ?? this.#lastKeyOwner()
    const message = textMember(body, this.#form().sealedMember) ?? ''
    const sent = this.#context.core.keys.send(me, receiver, message, textMember(body, 'sessionKey') ?? '')
    if (!sent.ok) this.#refuse(sealedCodes[sent.fail])
  }

  hear(notice: KeyNotice): void {
    switch (notice.kind) {
      case 'key-wanted':
        return this.#context.send({ header: 'SECURE_MESSAGE_REQ', body: { sender: notice.by } })
      case 'key-known':
        this.#lastKeyOf = this.#context.core.users.find(notice.user)
        return this.#context.send({ header: 'SECURE_MESSAGE_RES', body: this.#form().publicKey(notice) })
      case 'key-missing':
        return this.#refuse(sealedCodes[notice.why])
      case 'session-key': // It comes with every message.
      case 'session-over':
        return
      case 'sealed-message':
        return this.#context.send({ header: 'SECURE_MESSAGE', body: this.#form().sealedMessage(notice) })
    }
  }

  #lastKeyOwner(): string {
    const owner = this.#lastKeyOf
    return owner && this.#context.core.users.find(owner.name) === owner ? owner.name : ''
  }

  #refuse(code: number): void {
    this.#context.send(this.#form().refusal(code))
  }
}
