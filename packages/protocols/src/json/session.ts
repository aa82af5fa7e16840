import type { Presence } from '@parley/core'
import { Heartbeat } from '../kit/heartbeat.ts'
import type { Decoded, Farewell, Session, SessionContext } from '../protocol.ts'
import { isBody, textMember, type Body } from './body.ts'
import type { JsonFrame, JsonMessage } from './codec.ts'
import { documentForm, fieldForm, type Form } from './form.ts'
import { jsonFiles } from './file-ticket.ts'
import { JsonFiles } from './files.ts'
import { GameRequests } from './game.ts'
import {
  accept,
  broadcastCodes,
  farewellReasons,
  loginCodes,
  loginTwice,
  nameFormat,
  notLoggedIn,
  parseError,
  ping,
  pongError,
  pongTimeout,
  privateMessageCodes,
  refuse,
  responses,
  toYourself,
  unknownCommand,
  unterminatedMessage,
  type UserRequest,
} from './replies.ts'
import { JsonSealed } from './sealed.ts'

const nameGrammar = /^[A-Za-z0-9_]{3,14}$/ // json.txt 1

/** Requests that are answered whether or not somebody is signed in. */
const openRequests = ['LOGIN_REQ', 'LOGIN', 'PONG', 'BYE'] as const
type OpenRequest = (typeof openRequests)[number]

export class JsonSession implements Session<JsonFrame> {
  readonly #context: SessionContext<JsonMessage>
  readonly #welcome: string
  readonly #heartbeat: Heartbeat
  readonly #sealed: JsonSealed
  readonly #game: GameRequests
  readonly #files: JsonFiles
  #form: Form = documentForm
  #presence: Presence | undefined

  constructor(context: SessionContext<JsonMessage>, welcome: string) {
    this.#context = context
    this.#welcome = welcome
    this.#sealed = new JsonSealed(context, () => this.#form.sealed)
    this.#heartbeat = new Heartbeat(
      context.clock,
      () => context.send(ping),
      () => this.#disconnect(pongTimeout),
    )
    this.#game = new GameRequests(context)
    this.#files = new JsonFiles(context, () => this.#form.files)
  }

  opened(): void {
    this.#context.send({ header: 'WELCOME', body: { msg: this.#welcome } })
  }

  received(item: Decoded<JsonFrame>): void | Promise<void> {
    if (!item.ok) {
      return item.problem === 'too-long' ? this.#disconnect(unterminatedMessage) : this.#context.send(parseError)
    }
    const { header } = item.frame
    if (!isOpenRequest(header) && !isUserRequest(header)) return this.#context.send(unknownCommand) // J-2: whatever follows it
    const body = bodyOf(header, item.frame.body)
    if (!body) return this.#context.send(parseError)
    if (!isUserRequest(header)) return this.#openRequest(header, body)
    if (!this.#presence) return this.#context.send(refuse(responses[header], notLoggedIn))
    return this.#userRequest(this.#presence, header, body)
  }

  closed(): void {
    this.#heartbeat.stop()
    if (this.#presence) this.#context.core.users.signOut(this.#presence)
  }

  farewell(reason: Farewell): void {
    this.#context.send(this.#form.disconnection(farewellReasons[reason]))
  }

  #openRequest(request: OpenRequest, body: Body): void | Promise<void> {
    switch (request) {
      case 'LOGIN_REQ':
        return this.#login(documentForm, body)
      case 'LOGIN':
        return this.#login(fieldForm, body)
      case 'PONG':
        return this.#pong()
      case 'BYE':
        return this.#bye()
    }
  }

  #userRequest(me: Presence, request: UserRequest, body: Body): void | Promise<void> {
    switch (request) {
      case 'BROADCAST_REQ':
        return this.#broadcast(me, body)
      case 'LIST_USERS_REQ':
        return this.#listUsers()
      case 'PRIVATE_MESSAGE_REQ':
        return this.#privateMessage(me, body)
      case 'START_GAME_REQ':
        return this.#game.start(me)
      case 'JOIN_GAME_REQ':
        return this.#game.join(me)
      case 'GUESS_NUMBER_REQ':
        return this.#game.guess(me, body, this.#form)
      case 'SECURE_MESSAGE_REQ':
        return this.#sealed.request(me, body)
      case 'SECURE_MESSAGE_RES':
        return this.#sealed.response(me, body)
      case 'SECURE_MESSAGE':
        return this.#sealed.message(me, body)
      case 'FILE_TRANSFER_REQUEST':
        return this.#files.request(me, body)
      case 'FILE_TRANSFER_RESPONSE':
        return this.#files.response(me, body)
    }
  }

  async #login(form: Form, body: Body): Promise<void> {
    if (this.#presence) return this.#context.send(refuse('LOGIN_RESP', loginTwice))
    this.#form = form // J-1
    const name = textMember(body, 'username') ?? ''
    if (!nameGrammar.test(name)) return this.#context.send(refuse('LOGIN_RESP', nameFormat))
    const signedIn = await this.#context.core.users.signIn({
      name,
      password: textMember(body, 'password'),
      address: this.#context.address,
      subscriber: this.#context.subscriberOn(form.wire),
      guests: true,
      exclusive: true,
      sealing: this.#sealed,
      files: jsonFiles,
      notice: (notice) => ('transfer' in notice ? this.#files.hear(notice) : this.#sealed.hear(notice)),
      welcome: () => this.#context.send(accept('LOGIN_RESP')),
    })
    if (!signedIn.ok) {
      const code = loginCodes[signedIn.fail]
      if (code) this.#context.send(refuse('LOGIN_RESP', code))
      return
    }
    this.#presence = signedIn.value
    this.#context.signedIn(signedIn.value.name)
    this.#heartbeat.start()
  }

  /** Broadcasting alone is fine (J-4). */
  #broadcast(me: Presence, body: Body): void {
    const said = this.#context.core.talk.broadcast(me, textMember(body, 'message') ?? '')
    this.#context.send(said.ok ? accept('BROADCAST_RESP') : refuse('BROADCAST_RESP', broadcastCodes[said.fail]))
  }

  #listUsers(): void {
    this.#context.send(accept('LIST_USERS_RESP', { users: this.#context.core.users.names() })) // J-7
  }

  async #privateMessage(me: Presence, body: Body): Promise<void> {
    const receiver = textMember(body, 'receiver') ?? ''
    if (receiver.toLowerCase() === me.name.toLowerCase()) {
      return this.#context.send(refuse('PRIVATE_MESSAGE_RESP', toYourself))
    }
    const told = await this.#context.core.talk.tell(me, receiver, textMember(body, 'message') ?? '')
    this.#context.send(
      told.ok ? accept('PRIVATE_MESSAGE_RESP') : refuse('PRIVATE_MESSAGE_RESP', privateMessageCodes[told.fail]),
    )
  }

  /** In any state (J-5). */
  #pong(): void {
    if (!this.#heartbeat.pong()) this.#context.send(pongError)
  }

  /** In any state (J-19). */
  #bye(): void {
    this.#context.send(accept('BYE_RESP'))
    this.#context.close()
  }

  #disconnect(reason: number): void {
    this.#context.send(this.#form.disconnection(reason))
    this.#context.close()
  }
}

function isOpenRequest(header: string): header is OpenRequest {
  return (openRequests as readonly string[]).includes(header)
}

function isUserRequest(header: string): header is UserRequest {
  return Object.hasOwn(responses, header)
}

/** null: it must be an object and is none. A client in the field sends BROADCAST_REQ with a bare string (J-2). */
function bodyOf(request: OpenRequest | UserRequest, body: unknown): Body | null {
  if (request === 'BROADCAST_REQ' && typeof body === 'string') return { message: body }
  return isBody(body) ? body : null
}
