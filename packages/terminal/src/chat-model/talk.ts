import {
  ChatError,
  systemClock,
  type Chat,
  type Clock,
  type FileOffer,
  type ListedGroup,
  type TunnelRequest,
} from '@parley/client'
import { byteSize } from '../byte-size.ts'
import { explain } from '../chat-errors.ts'
import { cleanLine } from '../clean-text.ts'
import { linesOf } from '../message-lines.ts'
import type { ReceivedFiles } from '../received-files.ts'
import { ChatFiles } from './chat-files.ts'
import type { ChatModel } from './chat-model.ts'
import { ChatTunnels } from './chat-tunnels.ts'
import { helpText } from './commands.ts'
import { complete } from './complete.ts'
import { followChat, refreshUsers } from './follow-chat.ts'
import { Invitations, type Invitation, type TakeFailure } from './invitations.ts'
import { parseInput, type Action } from './parse-input.ts'
import type { Target } from '../forwarding/target.ts'
import { PrivateMessages } from './private-messages.ts'
import { UnderWay, type Patience } from './under-way.ts'

export interface TalkParts {
  readonly chat: Chat
  readonly model: ChatModel
  readonly received: ReceivedFiles
  /** Whether it signs in with a password, which nobody is to see. */
  readonly secret: boolean
  /** Nobody types: each message is waited for, however long it takes. Default: false. */
  readonly isScript?: boolean
  /** What it waits by. Default: the system's. */
  readonly clock?: Clock | undefined
}

export type Outcome = 'done' | 'failed' | 'quit'

/** A conversation by keyboard: a line goes in, and what comes of it is in the model. Never rejects for what others do. */
export class Talk {
  readonly chat: Chat
  readonly model: ChatModel
  readonly invitations = new Invitations()
  readonly #files: ChatFiles
  readonly #tunnels: ChatTunnels
  readonly #messages: PrivateMessages
  readonly #underWay: UnderWay

  constructor({ chat, model, received, secret, isScript = false, clock = systemClock }: TalkParts) {
    this.chat = chat
    this.model = model
    this.#underWay = new UnderWay(model, clock)
    this.#files = new ChatFiles(chat, model, received, this.#underWay)
    this.#messages = new PrivateMessages({ chat, model, underWay: this.#underWay, clock, isScript })
    this.#tunnels = new ChatTunnels(chat, model)
    followChat(chat, model, { secret })
    chat.on('file-offered', (offer) => this.#offered(offer))
    chat.on('tunnel-asked', (request) => this.#asked(request))
    // What was offered over a connection that broke can be taken no more.
    chat.on('reconnected', () => this.invitations.clear())
  }

  /** Once, when the chat is connected. */
  async start(): Promise<void> {
    this.model.note('event', `you are ${this.chat.me} over ${this.chat.protocol}; /help shows what there is`)
    await refreshUsers(this.chat, this.model)
  }

  complete(input: string): readonly string[] {
    return complete(input, { can: this.chat.can, users: this.model.users, groups: this.model.groups })
  }

  /** Resolves when the server has replied. Files, and messages that take long, go on in the background. */
  async enter(input: string): Promise<Outcome> {
    const parsed = parseInput(input)
    if (!parsed) return 'done'
    if (!parsed.ok) return this.#fail(parsed.message)
    if (parsed.action.do === 'quit') return 'quit'
    try {
      return await this.#perform(parsed.action)
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      return this.#fail(explain(error))
    }
  }

  /** See UnderWay. */
  settled(patience: Patience): Promise<boolean> {
    return this.#underWay.settled(patience)
  }

  /** Ends the tunnels, says goodbye and ends the connection. */
  async close(): Promise<void> {
    await Promise.all([this.#tunnels.close(), this.chat.close()])
  }

  async #perform(action: Exclude<Action, { do: 'quit' }>): Promise<Outcome> {
    const { chat, model } = this
    const { groups, game } = chat
    switch (action.do) {
      case 'say':
        for (const line of linesOf(action.text)) {
          await chat.say(line)
          model.broadcast(chat.me, line, true)
        }
        return 'done'
      case 'msg':
        return this.#tell(action.name, action.text)
      case 'users': {
        const users = await chat.users()
        model.setUsers(users)
        return this.#answer(users.length === 0 ? 'nobody is here' : users.map(cleanLine).join('\n'))
      }
      case 'group create':
      case 'group join':
        await (action.do === 'group create' ? groups.create(action.name) : groups.join(action.name))
        model.inGroup(action.name, true)
        return this.#answer(`you are in ${action.name}`)
      case 'group leave':
        await groups.leave(action.name)
        model.inGroup(action.name, false)
        return this.#answer(`you have left ${action.name}`)
      case 'group kick':
        await groups.kick(action.name, action.user)
        return this.#answer(`${action.user} is out of ${action.name}`)
      case 'group say':
        for (const line of linesOf(action.text)) {
          await groups.say(action.name, line)
          model.groupSaid(action.name, chat.me, line, true)
        }
        return 'done'
      case 'group list': {
        const list = await groups.list()
        model.setGroups(list.map(({ name }) => name))
        const rows = list.map(groupRow)
        return this.#answer(rows.length === 0 ? 'there are no groups' : rows.join('\n'))
      }
      case 'file': {
        if (model.distrusts(action.name)) return this.#fail(distrusted(action.name))
        await this.#files.send(action.name, action.path)
        return 'done'
      }
      case 'tunnel': {
        if (!chat.can.has('tunnels')) return this.#fail(`${chat.protocol} cannot open tunnels; chatos can`)
        const port = await this.#tunnels.enter(action.name, action.port)
        return this.#answer(`127.0.0.1:${port} leads to ${action.name} from now on`)
      }
      case 'accept':
        return this.#accept(action.number, action.target)
      case 'decline':
        return this.#decline(action.number)
      case 'game start':
        await game.start()
        return this.#answer('the game is announced')
      case 'game join':
        await game.join()
        return this.#answer('you are in the game')
      case 'game guess': {
        const verdict = await game.guess(action.guess)
        return this.#answer(verdict === 'right' ? `${action.guess} is right` : `${action.guess} is too ${verdict}`)
      }
      case 'inbox':
        return this.#fetchInbox()
      case 'verify': {
        const number = await chat.sealing.safetyNumber(action.name)
        return this.#answer(`the number of ${action.name} and you, the same on both sides:\n${number}`)
      }
      case 'accept-key':
        await chat.sealing.acceptKey(action.name)
        model.keyAccepted(action.name)
        return this.#answer(`the key of ${action.name} is accepted`)
      case 'raw':
        model.showRaw(action.on)
        return this.#answer(action.on ? 'what goes over the wire is shown' : 'the wire is not shown any more')
      case 'help':
        return this.#answer(helpText(chat.can))
    }
  }

  async #tell(user: string, text: string): Promise<Outcome> {
    if (this.model.distrusts(user)) return this.#fail(distrusted(user))
    await this.#messages.tell(user, text)
    return 'done'
  }

  async #fetchInbox(): Promise<Outcome> {
    let count = 0
    for await (const { from, text, toAll } of this.chat.mailbox.fetch()) {
      count++
      this.model.letter(from, text, toAll)
    }
    return this.#answer(count === 0 ? 'nothing waits for you' : count === 1 ? '1 message' : `${count} messages`)
  }

  #offered(offer: FileOffer): void {
    const size = offer.size === null ? 'of unknown size' : `of ${byteSize(offer.size)}`
    this.#invite(
      offer,
      (number) => `offers the file ${cleanLine(offer.name)} ${size}; /accept ${number} or /decline ${number}`,
    )
  }

  #asked(request: TunnelRequest): void {
    if (this.#tunnels.knows(request)) return
    this.#invite(
      request,
      (number) => `asks for a tunnel; /accept ${number} HOST:PORT lets it through to that place, or /decline ${number}`,
    )
  }

  #invite(what: FileOffer | TunnelRequest, words: (number: number) => string): void {
    const invitation = this.invitations.add(what)
    const name = cleanLine(what.from)
    if (invitation) return this.model.note('event', `${name} ${words(invitation.number)}`, `@${name}`)
    this.model.note('warning', `too much is offered at once; what ${name} offered was declined`, `@${name}`)
    void what.decline().catch(() => {})
  }

  async #accept(number: number | null, target: Target | null): Promise<Outcome> {
    const only = this.invitations.list.find((each) => number === null || each.number === number)
    // Found out before it is taken: after a wrong command it still waits.
    if (only?.kind === 'tunnel' && !target)
      return this.#fail(`write /accept ${only.number} HOST:PORT, where the tunnel is to lead`)
    const taken = this.invitations.take(number)
    if (!taken.ok) return this.#fail(takeFailures[taken.fail])
    const { value } = taken
    if (value.kind === 'file') this.#files.receive(value.offer)
    else if (target) {
      this.#tunnels.letThrough(value.request, target)
      const { host, port } = target
      this.#answer(`tunnels of ${cleanLine(value.from)} lead to ${host}:${port} from now on`)
    }
    return 'done'
  }

  async #decline(number: number | null): Promise<Outcome> {
    const taken = this.invitations.take(number)
    if (!taken.ok) return this.#fail(takeFailures[taken.fail])
    await declineOf(taken.value)
    return this.#answer(`declined what ${cleanLine(taken.value.from)} offered`)
  }

  #answer(text: string): Outcome {
    this.model.note('answer', text)
    return 'done'
  }

  #fail(text: string): Outcome {
    this.model.note('error', text)
    return 'failed'
  }
}

function declineOf(invitation: Invitation): Promise<void> {
  return invitation.kind === 'file' ? invitation.offer.decline() : invitation.request.decline()
}

/** `pub: 2 members, led by ann`, as far as the server says it. */
function groupRow({ name, admin, members }: ListedGroup): string {
  const known = [members !== null && `${members} members`, admin !== null && `led by ${cleanLine(admin)}`]
  const said = known.filter((each) => each !== false)
  return said.length === 0 ? cleanLine(name) : `${cleanLine(name)}: ${said.join(', ')}`
}

function distrusted(user: string): string {
  return `nothing was sent: the key of ${user} has changed; /verify ${user}, and then /accept-key ${user}`
}

const takeFailures = {
  none: 'nothing is offered to you',
  which: 'several things are offered; write the number behind it',
  'no-such-number': 'nothing with that number is offered',
} satisfies Record<TakeFailure, string>
