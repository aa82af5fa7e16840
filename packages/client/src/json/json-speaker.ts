import { textMember, type Body } from '@parley/protocols'
import type { FileSource, SentFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import { systemClock } from '../clock.ts'
import type { Link } from '../link.ts'
import type { Speaker, SpeakOptions } from '../speaker.ts'
import { documentForm, fieldForm, relayForm, type SaidForm } from './forms.ts'
import { JsonGame } from './game.ts'
import { JsonLink } from './json-link.ts'
import { JsonKeys } from './keys.ts'
import { OfferedFiles } from './offered-files.ts'
import { farewell, isRefused, numberMember, refusal } from './refusals.ts'
import { SentFiles } from './sent-files.ts'
import { privateMessageIn, usersIn } from './talk.ts'

/** How long a server may be silent to LOGIN_REQ before it is taken for one that knows LOGIN alone (J-1). */
const silentMs = 2_000
const signedInAlready = 5002
const emptyMessage = 6008

/** One signed-in user on one connection (json.txt). */
export class JsonSpeaker implements Speaker {
  readonly me: string
  readonly game: JsonGame
  readonly keys: JsonKeys
  readonly #link: JsonLink
  readonly #tell: SpeakOptions['tell']
  readonly #sentFiles: SentFiles
  readonly #offeredFiles: OfferedFiles
  /** Aborted when the connection has ended: nothing of it goes on. */
  readonly #ending = new AbortController()
  #form: SaidForm = documentForm

  constructor(link: Link, how: SpeakOptions) {
    this.me = how.name
    this.#tell = how.tell
    const { transport, where, filePort, tell, clock = systemClock } = how
    this.#link = new JsonLink(
      link,
      { wire: how.wire, clock },
      {
        isNews: (header, body) => this.game.isNews(header, body),
        heard: (header, body) => this.#heard(header, body),
        garbage: (problem) => this.#garbage(problem),
        ended: (reason) => {
          this.#ended(reason)
          how.ended(reason)
        },
      },
    )
    this.game = new JsonGame(this.#link, { tell, clock })
    this.keys = new JsonKeys(this.#link, { me: how.name, form: () => this.#form, tell, clock })
    const signedIn = { me: how.name, form: () => this.#form, ending: this.#ending.signal }
    const files = { transport, where, filePort, tell, clock, ...signedIn }
    this.#sentFiles = new SentFiles(this.#link, files)
    this.#offeredFiles = new OfferedFiles(this.#link, files)
  }

  /**
   * By the document's word, and where a server does not know it, or is silent to it, by that of the field, whose form is then spoken
   * (J-1).
   */
  async signIn(password: string | undefined): Promise<void> {
    const greeting = await this.#link.greeting()
    const username = this.me
    const body = { username, ...(password !== undefined && { password }) }
    try {
      await this.#login('LOGIN_REQ', body, silentMs)
    } catch (error) {
      if (!(error instanceof ChatError) || (error.code !== 'cannot' && error.code !== 'timeout')) throw error
      if (error.code === 'cannot') {
        this.#form = fieldForm
        return this.#login('LOGIN', body)
      }
      // The document's greeting has "msg". Only one that is silent and has "message" is known to relay what it did not read.
      this.#form = textMember(greeting, 'message') === undefined ? fieldForm : relayForm
      // For a member that it does not know it would be silent to this as well.
      await this.#login('LOGIN', { username })
      const unused = 'this server was asked without the password, because it knows none'
      if (password !== undefined) this.#tell('notice', { text: unused })
    }
  }

  async say(text: string): Promise<void> {
    // A server that relays what it did not read would take it.
    if (text.trim() === '') throw refusal({ code: emptyMessage })
    const body = this.#form.broadcast(text)
    await this.#link.request({ header: 'BROADCAST_REQ', body, answer: 'BROADCAST_RESP', read: accepted })
  }

  async tell(user: string, text: string): Promise<void> {
    const body = { receiver: user, message: text }
    // In turn, because the field form refuses sealed messages in the same words (J-17).
    await this.#link.inTurn(() =>
      this.#link.request({
        header: 'PRIVATE_MESSAGE_REQ',
        body,
        answer: 'PRIVATE_MESSAGE_RESP',
        read: accepted,
      }),
    )
  }

  users(): Promise<readonly string[]> {
    return this.#link.request({ header: 'LIST_USERS_REQ', answer: 'LIST_USERS_RESP', read: usersIn })
  }

  sendFile(user: string, file: FileSource): SentFile {
    return this.#sentFiles.send(user, file)
  }

  async quit(): Promise<void> {
    await this.#link.quit()
  }

  async #login(header: 'LOGIN_REQ' | 'LOGIN', body: Body, ms?: number): Promise<void> {
    await this.#link.request({ header, body, answer: 'LOGIN_RESP', read: accepted, ...(ms !== undefined && { ms }) })
  }

  #heard(header: string, body: Body): void {
    switch (header) {
      case 'PING':
        return this.#link.send('PONG')
      case 'DSCN':
        return this.#link.destroy(farewell(body))
      case 'JOINED':
      case 'LEFT':
      case 'BROADCAST':
      case 'PRIVATE_MESSAGE':
        return this.#talk(header, body)
      case 'SECURE_MESSAGE_REQ':
      case 'SECURE_MESSAGE_RES':
      case 'SECURE_MESSAGE':
      case 'PRIVATE_MESSAGE_RESP':
        return this.keys.heard(header, body)
      case 'FILE_TRANSFER_REQUEST':
        return this.#offeredFiles.heard(body)
      case 'FILE_TRANSFER_RESPONSE':
        return this.#sentFiles.heard(body)
      case 'LOGIN_RESP':
        return this.#loginAnswered(body)
      case 'BYE_RESP':
        return
      default:
        if (this.game.heard(header, body)) return
        this.#strange(`${JSON.stringify(header.slice(0, 40))} is nothing that a json server says now`)
    }
  }

  /** It was slow, not silent: it knew LOGIN_REQ, and refuses the LOGIN that came behind it. */
  #loginAnswered(body: Body): void {
    if (numberMember(body, 'code') === signedInAlready) this.#form = documentForm
    else this.#strange('LOGIN_RESP came, which nothing asked for')
  }

  #talk(header: 'JOINED' | 'LEFT' | 'BROADCAST' | 'PRIVATE_MESSAGE', body: Body): void {
    const user = textMember(body, 'username')
    const text = textMember(body, 'message')
    const message = header === 'PRIVATE_MESSAGE' ? privateMessageIn(body) : undefined
    if (message) this.#tell('plain-message', message)
    else if (header === 'JOINED' && user !== undefined) this.#tell('joined', { user })
    else if (header === 'LEFT' && user !== undefined) {
      this.#offeredFiles.left(user)
      this.#tell('left', { user })
    } else if (header === 'BROADCAST' && user !== undefined && text !== undefined) {
      this.#tell('broadcast', { from: user, text: this.#form.broadcastText(text) })
    } else this.#strange(`${header} came without what belongs into it`)
  }

  #garbage(problem: 'too-long' | 'malformed'): void {
    if (problem === 'too-long') this.#link.destroy('the server sent a line without an end')
    else this.#strange('a line came that is no UTF-8')
  }

  #strange(problem: string): void {
    this.#tell('strange', { problem })
  }

  #ended(reason: string): void {
    this.#ending.abort(new ChatError('closed', reason))
    this.game.ended()
    this.keys.ended(reason)
    this.#offeredFiles.ended()
  }
}

function accepted(body: Body): true | ChatError {
  return isRefused(body) ? refusal(body) : true
}
