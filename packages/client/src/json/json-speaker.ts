import { textMember, type Body } from '@parley/protocols'
import type { FileSource, SentFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { Link } from '../link.ts'
import type { Speaker, SpeakOptions } from '../speaker.ts'
import { documentForm, fieldForm, type SaidForm } from './forms.ts'
import { JsonGame } from './game.ts'
import { JsonLink } from './json-link.ts'
import { JsonKeys } from './keys.ts'
import { OfferedFiles } from './offered-files.ts'
import { farewell, isRefused, refusal } from './refusals.ts'
import { SentFiles } from './sent-files.ts'
import { privateMessageIn, usersIn } from './talk.ts'

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
    this.#link = new JsonLink(link, how.wire, {
      heard: (header, body) => this.#heard(header, body),
      garbage: (problem) => this.#garbage(problem),
      ended: (reason) => {
        this.#ended(reason)
        how.ended(reason)
      },
    })
    this.game = new JsonGame(this.#link, how.tell)
    this.keys = new JsonKeys(this.#link, { me: how.name, form: () => this.#form, tell: how.tell })
    const { transport, where, filePort, tell } = how
    const signedIn = { me: how.name, form: () => this.#form, ending: this.#ending.signal }
    const files = { transport, where, filePort, tell, ...signedIn }
    this.#sentFiles = new SentFiles(this.#link, files)
    this.#offeredFiles = new OfferedFiles(this.#link, files)
  }

  /** By the document's word, and where a server does not know it by that of the field, whose form is then spoken (J-1). */
  async signIn(password: string | undefined): Promise<void> {
    await this.#link.greeting()
    const body = { username: this.me, ...(password !== undefined && { password }) }
    try {
      await this.#login('LOGIN_REQ', body)
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'cannot') throw error
      this.#form = fieldForm
      await this.#login('LOGIN', body)
    }
  }

  async say(text: string): Promise<void> {
    await this.#link.request('BROADCAST_REQ', { message: text }, 'BROADCAST_RESP', accepted)
  }

  async tell(user: string, text: string): Promise<void> {
    const body = { receiver: user, message: text }
    // In turn, because the field form refuses sealed messages in the same words (J-17).
    await this.#link.inTurn(() => this.#link.request('PRIVATE_MESSAGE_REQ', body, 'PRIVATE_MESSAGE_RESP', accepted))
  }

  users(): Promise<readonly string[]> {
    return this.#link.request('LIST_USERS_REQ', undefined, 'LIST_USERS_RESP', usersIn)
  }

  sendFile(user: string, file: FileSource): SentFile {
    return this.#sentFiles.send(user, file)
  }

  async quit(): Promise<void> {
    await this.#link.quit()
  }

  async #login(header: 'LOGIN_REQ' | 'LOGIN', body: Body): Promise<void> {
    await this.#link.request(header, body, 'LOGIN_RESP', accepted)
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
      case 'START_GAME_RESP':
      case 'GAME_NOTIFICATION':
      case 'GUESS_NUMBER_RESP':
      case 'GAME_RESULTS':
        return this.game.heard(header, body)
      case 'SECURE_MESSAGE_REQ':
      case 'SECURE_MESSAGE_RES':
      case 'SECURE_MESSAGE':
      case 'PRIVATE_MESSAGE_RESP':
        return this.keys.heard(header, body)
      case 'FILE_TRANSFER_REQUEST':
        return this.#offeredFiles.heard(body)
      case 'FILE_TRANSFER_RESPONSE':
        return this.#sentFiles.heard(body)
      case 'BYE_RESP':
        return
      default:
        return this.#strange(`${JSON.stringify(header.slice(0, 40))} is nothing that a json server says now`)
    }
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
      this.#tell('broadcast', { from: user, text })
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
