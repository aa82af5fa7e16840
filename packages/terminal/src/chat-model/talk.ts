import { ChatError, systemClock, type Chat, type Clock, type Memory } from '@parley/client'
import { explain } from '../chat-errors.ts'
import type { ReceivedFiles } from '../received-files.ts'
import { ChatFiles } from './chat-files.ts'
import { ChatGroups } from './chat-groups.ts'
import {
  Past,
  Posting,
  ReadMarks,
  RememberedDrafts,
  type ConversationModel,
  type Outgoing,
} from '@parley/client/conversations'
import { ChatTunnels, type StandingTunnel } from './chat-tunnels.ts'
import { complete } from './complete.ts'
import { followChat, refreshUsers } from './follow-chat.ts'
import type { Invitations } from './invitations.ts'
import { Offers } from './offers.ts'
import { parseInput } from './parse-input.ts'
import { followRecovery } from './recovery.ts'
import { perform, type TalkTools } from './perform.ts'
import { outgoingOf, plainHint } from './posting.ts'
import { PrivateMessages } from './private-messages.ts'
import { UnderWay, type Patience } from './under-way.ts'

export interface TalkParts {
  readonly chat: Chat
  readonly model: ConversationModel
  readonly received: ReceivedFiles
  /** Whether it signs in with a password, which nobody is to see. */
  readonly secret: boolean
  /** Nobody types: each message is waited for, however long it takes. Default: false. */
  readonly isScript?: boolean
  /** Conversations are opened and put away, rather than printed below each other. Default: true. */
  readonly isOnScreen?: boolean
  /** What it waits by. Default: the system's. */
  readonly clock?: Clock | undefined
  /** Keeps what is unsent for the next start of the program. */
  readonly memory?: Memory | undefined
}

export type Outcome = 'done' | 'failed' | 'quit'

/** A conversation by keyboard: a line goes in, and what comes of it is in the model. Never rejects for what others do. */
export class Talk {
  readonly chat: Chat
  readonly model: ConversationModel
  /** What is written on a screen, on its way out. */
  readonly outgoing: Outgoing
  /** What was said before, where the server keeps it. */
  readonly past: Past
  /** Tells this user's other devices what is read here. */
  readonly marks: ReadMarks
  /** What is being written, from one start of the program to the next; null: nothing is remembered. */
  readonly drafts: RememberedDrafts | null
  readonly #tools: TalkTools
  readonly #underWay: UnderWay

  constructor(parts: TalkParts) {
    const { chat, model, received, secret, memory } = parts
    const { isScript = false, isOnScreen = true, clock = systemClock } = parts
    this.chat = chat
    this.model = model
    this.#underWay = new UnderWay(model, clock)
    const files = new ChatFiles(chat, model, received, this.#underWay)
    const posting = new Posting(chat, model)
    const messages = new PrivateMessages({ model, posting, underWay: this.#underWay, clock, isScript })
    // It hears first: what it sent before a break is no news when it comes back.
    this.outgoing = outgoingOf({ chat, model, clock, underWay: this.#underWay, memory })
    this.past = new Past({ chat, model })
    this.drafts = memory ? new RememberedDrafts(memory, clock) : null
    this.marks = new ReadMarks(chat, model, clock)
    const tunnels = new ChatTunnels(chat, model)
    followChat(chat, model, { secret })
    followRecovery(chat, model)
    // Whoever has a password has an account.
    const groups = new ChatGroups(chat, model, { posting, mayBeInMore: secret })
    const offers = new Offers({ chat, model, files, tunnels })
    const { outgoing, past } = this
    this.#tools = { chat, model, posting, past, files, messages, tunnels, groups, offers, outgoing, isOnScreen }
  }

  get invitations(): Invitations {
    return this.#tools.offers.invitations
  }

  /** Ports that lead to others, and others who were let through. */
  get tunnels(): readonly StandingTunnel[] {
    return this.#tools.tunnels.list
  }

  /** Once, when the chat is connected. */
  async start(): Promise<void> {
    this.model.note('event', `you are ${this.chat.me} over ${this.chat.protocol}; /help shows what there is`)
    await this.outgoing.restore()
    await this.drafts?.restore()
    await refreshUsers(this.chat, this.model)
    await this.#tools.groups.start()
  }

  complete(input: string): readonly string[] {
    const { can, me } = this.chat
    return complete(input, { can, me, users: this.model.roster.users, groups: this.model.groups.known })
  }

  /**
   * Resolves when the server has replied. Files, and messages that take long, go on in the background. What is answered stands in the conversation that was
   * open.
   */
  async enter(input: string): Promise<Outcome> {
    const place = this.model.open.title
    const parsed = parseInput(input)
    if (!parsed) return 'done'
    if (!parsed.ok) return this.#fail(parsed.message, place)
    if (parsed.action.do === 'quit') return 'quit'
    try {
      const reply = await perform(this.#tools, parsed.action, place)
      if (!reply.ok) return this.#fail(reply.fail, place)
      if (reply.value !== null) this.model.note('answer', reply.value.text, reply.value.title ?? place)
      return 'done'
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      const title = parsed.action.do === 'group say' ? `#${parsed.action.name}` : place
      return this.#fail(`${explain(error)}${plainHint(title, error)}`, place)
    }
  }

  /** What would be given up by leaving now, for people; empty: nothing. */
  underWay(): string {
    return [this.#underWay.names(), ...this.#tools.tunnels.names()].filter((name) => name !== '').join(', ')
  }

  /** See UnderWay. */
  settled(patience: Patience): Promise<boolean> {
    return this.#underWay.settled(patience)
  }

  /** Cancels what comes in, ends the tunnels, says goodbye and ends the connection. */
  async close(): Promise<void> {
    this.drafts?.save()
    await this.#tools.files.close()
    await Promise.all([this.#tools.tunnels.closeAll(), this.chat.close()])
  }

  #fail(text: string, place: string): Outcome {
    this.model.note('error', text, place)
    return 'failed'
  }
}
