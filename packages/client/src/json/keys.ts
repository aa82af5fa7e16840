import { textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Keys } from '../features.ts'
import { Queue } from '../kit/queue.ts'
import { untilAborted } from '../kit/until-aborted.ts'
import type { JsonConnection } from './connection.ts'
import { isRefused, noSuchUser, refusal } from './replies.ts'

/** Our server gives up after 10 s. */
const keyMs = 12_000
/** Who may ask for our key before there is one. */
const mostAskers = 100

/** A request for somebody's key that is under way. */
interface KeyRequest {
  readonly user: string
  readonly answer: PromiseWithResolvers<string>
}

/** Keys and sealed messages: json.txt 11, J-17, J-18. */
export class JsonKeys implements Keys {
  /**
   * A server may have to ask a `helo` client for its key first, which then forgets the session
   * (H-16).
   */
  readonly askingEndsSession = true
  readonly #connection: JsonConnection
  /** One request at a time: a refusal does not say whose key it is about. */
  readonly #queue = new Queue()
  #request: KeyRequest | undefined
  #key: string | undefined
  readonly #askers = new Set<string>()

  constructor(connection: JsonConnection) {
    this.#connection = connection
  }

  publish(key: string): void {
    this.#key = key
    for (const asker of this.#askers) this.#give(asker, key)
    this.#askers.clear()
  }

  request(user: string): Promise<string> {
    return this.#queue.run(() => this.#ask(user))
  }

  async send(user: string, message: string, sessionKey: string): Promise<void> {
    const { form, me } = this.#connection
    const body = form.sealed(me, user, sessionKey, message)
    await this.#connection.command('SECURE_MESSAGE', body, refusedSealed)
  }

  heard(header: string, body: Body): void {
    const sender = textMember(body, 'sender')
    switch (header) {
      case 'SECURE_MESSAGE_REQ':
        return sender === undefined ? this.#violation(header) : this.#asked(sender)
      case 'SECURE_MESSAGE_RES':
        return this.#answered(body)
      case 'PRIVATE_MESSAGE_RESP': // The field form of a refusal (J-17).
        return isRefused(body) ? this.#answered(body) : this.#violation(header)
      case 'SECURE_MESSAGE': {
        const message = textMember(body, 'message') ?? textMember(body, 'encryptedMessage')
        if (sender === undefined || message === undefined) return this.#violation(header)
        const sessionKey = textMember(body, 'sessionKey') ?? null
        return this.#connection.context.emit('sealed-message', { from: sender, message, sessionKey })
      }
    }
  }

  async #ask(user: string): Promise<string> {
    const { context, me, ending } = this.#connection
    const answer = Promise.withResolvers<string>()
    this.#request = { user, answer }
    const cancel = context.clock.after(keyMs, () => answer.reject(noKey(user)))
    // What is refused at once is refused by the exchange. A key, or a refusal later on, is heard. A
    // server in the field says nothing at all of a user who is not there.
    const connection = this.#connection
    connection.command('SECURE_MESSAGE_REQ', connection.form.keyRequest(me, user), refusedSealed).then(
      (users) => {
        if (users?.every((each) => !connection.form.isSameUser(each, user)))
          answer.reject(refusal({ code: noSuchUser }))
      },
      (error: ChatError) => answer.reject(error.code === 'cannot' ? noKey(user) : error),
    )
    try {
      return await untilAborted(answer.promise, ending)
    } finally {
      cancel()
      this.#request = undefined
    }
  }

  #answered(body: Body): void {
    const key = textMember(body, 'publicKey') ?? ''
    const user = textMember(body, 'receiver') ?? this.#request?.user
    if (key === '') return isRefused(body) ? this.#refused(body) : this.#violation('SECURE_MESSAGE_RES')
    if (user === undefined) return this.#violation('SECURE_MESSAGE_RES')
    if (this.#request?.user.toLowerCase() === user.toLowerCase()) this.#request.answer.resolve(key)
    else this.#connection.context.emit('key', { user, key })
  }

  #refused(body: Body): void {
    if (this.#request) this.#request.answer.reject(refusal(body))
    else this.#violation('SECURE_MESSAGE_RES')
  }

  #asked(asker: string): void {
    if (this.#key !== undefined) this.#give(asker, this.#key)
    else if (this.#askers.size < mostAskers) this.#askers.add(asker)
  }

  #give(asker: string, key: string): void {
    const { form, me } = this.#connection
    this.#connection.send('SECURE_MESSAGE_RES', form.key(me, asker, key))
  }

  #violation(header: string): void {
    this.#connection.violation(`${header} came that nothing asked for, or without what belongs into it`)
  }
}

function refusedSealed(header: string, body: Body): ChatError | undefined {
  const isAnswer = header === 'SECURE_MESSAGE_RES' || header === 'PRIVATE_MESSAGE_RESP'
  return isAnswer && textMember(body, 'publicKey') === undefined && isRefused(body) ? refusal(body) : undefined
}

function noKey(user: string): ChatError {
  return new ChatError('not-sealable', `no key of ${user} came`)
}
