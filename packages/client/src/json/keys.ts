import { textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import type { Clock } from '../clock.ts'
import type { SpeakOptions, SpokenKeys } from '../speaker.ts'
import type { SaidForm } from './forms.ts'
import type { JsonLink } from './json-link.ts'
import { isRefused, refusal } from './refusals.ts'

/** Our server gives up after 10 s. */
const keyMs = 12_000
/** Who may ask for our key before there is one. */
const mostAskers = 100
const noSuchUser = 6001

interface Wanted {
  readonly user: string
  readonly answer: PromiseWithResolvers<string>
}

export interface KeysOptions {
  readonly me: string
  readonly form: () => SaidForm
  readonly clock: Clock
  readonly tell: SpeakOptions['tell']
}

/** json.txt 11, J-17, J-18. */
export class JsonKeys implements SpokenKeys {
  /** A server may have to ask a `helo` client for its key first, which then forgets the session (H-16). */
  readonly askingEndsSession = true
  readonly #link: JsonLink
  readonly #options: KeysOptions
  #key: string | undefined
  readonly #askers = new Set<string>()
  #wanted: Wanted | undefined
  /** One question at a time: a refusal does not say whose key it is about. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(link: JsonLink, options: KeysOptions) {
    this.#link = link
    this.#options = options
  }

  publish(key: string): void {
    this.#key = key
    for (const asker of this.#askers) this.#give(asker, key)
    this.#askers.clear()
  }

  request(user: string): Promise<string> {
    const answer = this.#turn.then(() => this.#request(user))
    this.#turn = answer.catch(() => {})
    return answer
  }

  async send(user: string, message: string, sessionKey: string): Promise<void> {
    const body = this.#options.form().sealed(this.#options.me, user, sessionKey, message)
    await this.#link.exchange('SECURE_MESSAGE', body, refusedSealed)
  }

  heard(header: string, body: Body): void {
    const sender = textMember(body, 'sender')
    switch (header) {
      case 'SECURE_MESSAGE_REQ':
        return sender === undefined ? this.#strange(header) : this.#asked(sender)
      case 'SECURE_MESSAGE_RES':
        return this.#answered(body)
      case 'PRIVATE_MESSAGE_RESP': // The field form of a refusal (J-17).
        return isRefused(body) ? this.#answered(body) : this.#strange(header)
      case 'SECURE_MESSAGE': {
        const message = textMember(body, 'message') ?? textMember(body, 'encryptedMessage')
        if (sender === undefined || message === undefined) return this.#strange(header)
        const sessionKey = textMember(body, 'sessionKey') ?? null
        return this.#options.tell('sealed-message', { from: sender, message, sessionKey })
      }
    }
  }

  ended(reason: string): void {
    this.#wanted?.answer.reject(new ChatError('closed', reason))
  }

  async #request(user: string): Promise<string> {
    const answer = Promise.withResolvers<string>()
    this.#wanted = { user, answer }
    const { me, form, clock } = this.#options
    const cancel = clock.after(keyMs, () => answer.reject(noKey(user)))
    // What is refused at once is refused by the exchange; a key, or a refusal later on, is heard. A server in the field has no
    // answer at all for a user who is not there.
    this.#link.exchange('SECURE_MESSAGE_REQ', form().keyRequest(me, user), refusedSealed).then(
      (users) => {
        if (users?.every((each) => !form().isSameUser(each, user))) answer.reject(refusal({ code: noSuchUser }))
      },
      (error: ChatError) => answer.reject(error.code === 'cannot' ? noKey(user) : error),
    )
    try {
      return await answer.promise
    } finally {
      cancel()
      this.#wanted = undefined
    }
  }

  #answered(body: Body): void {
    const key = textMember(body, 'publicKey') ?? ''
    const user = textMember(body, 'receiver') ?? this.#wanted?.user
    if (key === '') return isRefused(body) ? this.#refused(body) : this.#strange('SECURE_MESSAGE_RES')
    if (user === undefined) return this.#strange('SECURE_MESSAGE_RES')
    if (this.#wanted?.user.toLowerCase() === user.toLowerCase()) this.#wanted.answer.resolve(key)
    else this.#options.tell('key', { user, key })
  }

  #refused(body: Body): void {
    if (this.#wanted) this.#wanted.answer.reject(refusal(body))
    else this.#strange('SECURE_MESSAGE_RES')
  }

  #asked(asker: string): void {
    if (this.#key !== undefined) this.#give(asker, this.#key)
    else if (this.#askers.size < mostAskers) this.#askers.add(asker)
  }

  #give(asker: string, key: string): void {
    this.#link.send('SECURE_MESSAGE_RES', this.#options.form().key(this.#options.me, asker, key))
  }

  #strange(header: string): void {
    this.#options.tell('strange', { problem: `${header} that nothing asked for, or without what belongs into it` })
  }
}

function refusedSealed(header: string, body: Body): ChatError | undefined {
  const isAnswer = header === 'SECURE_MESSAGE_RES' || header === 'PRIVATE_MESSAGE_RESP'
  return isAnswer && textMember(body, 'publicKey') === undefined && isRefused(body) ? refusal(body) : undefined
}

function noKey(user: string): ChatError {
  return new ChatError('not-sealable', `no key of ${user} came`)
}
