import { ChatError, type Chat, type ListedGroup, type SealingChoice } from '@parley/client'
import { explain } from '../chat-errors.ts'
import { cleanLine, type ConversationModel, type Posting } from '@parley/client/conversations'
import { linesOf } from '../message-lines.ts'

/** The groups of this user, as the server has them. */
export class ChatGroups {
  readonly #chat: Chat
  readonly #model: ConversationModel
  readonly #posting: Posting
  /** An account may be in groups from before, which only the list of all can name (H-7). */
  readonly #mayBeInMore: boolean

  constructor(
    chat: Chat,
    model: ConversationModel,
    { posting, mayBeInMore }: { readonly posting: Posting; readonly mayBeInMore: boolean },
  ) {
    this.#chat = chat
    this.#model = model
    this.#posting = posting
    this.#mayBeInMore = mayBeInMore
    chat.on('membership', ({ group, isMember }) => model.groups.setMember(group, isMember))
    chat.on('reconnected', () => void this.#rejoin())
  }

  async start(): Promise<void> {
    if (!this.#mayBeInMore || !this.#chat.can.has('groups')) return
    // It is asked in passing: where the server does not list groups, less is known.
    const list = await this.#chat.groups.list().catch(() => null)
    if (list) this.#model.groups.list(list.map(({ name }) => name))
  }

  async enter(group: string, how: 'create' | 'join'): Promise<void> {
    try {
      await this.#chat.groups[how](group)
    } catch (error) {
      throw how === 'join' ? await this.#whyNotJoined(group, error) : error
    }
    this.#model.groups.setMember(group, true)
  }

  /** What can be done where there is no such group. */
  async #whyNotJoined(group: string, error: unknown): Promise<unknown> {
    if (!(error instanceof ChatError) || error.code !== 'refused') return error
    const all = await this.#chat.groups.list().catch(() => null)
    if (!all || all.some(({ name }) => name.toLowerCase() === group.toLowerCase())) return error
    const name = cleanLine(group)
    const todo = `/group create ${name} makes it, and /group list shows those that there are`
    return new ChatError('refused', `there is no group ${name}; ${todo}`, { cause: error })
  }

  async leave(group: string): Promise<void> {
    await this.#chat.groups.leave(group)
    this.#model.groups.setMember(group, false)
  }

  async say(group: string, text: string, sealing?: SealingChoice): Promise<void> {
    for (const line of linesOf(text)) await this.#posting.say(`#${group}`, line, sealing)
  }

  /** All that there are, for people. */
  async list(): Promise<string> {
    const list = await this.#chat.groups.list()
    this.#model.groups.list(list.map(({ name }) => name))
    return list.length === 0 ? 'there are no groups' : list.map(groupRow).join('\n')
  }

  /** A guest is in no group any more after the connection broke (H-7). One that cannot be joined again is said. */
  async #rejoin(): Promise<void> {
    const groups = this.#model.groups.joined
    await this.start()
    for (const group of groups) {
      try {
        await this.enter(group, 'join')
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        this.#model.groups.setMember(group, false)
        this.#model.note('error', `you are not in ${group} any more: ${explain(error)}`, `#${group}`)
      }
    }
  }
}

/** `pub: 2 members, led by ann`, as far as the server says it. */
function groupRow({ name, admin, members }: ListedGroup): string {
  const known = [members !== null && `${members} members`, admin !== null && `led by ${cleanLine(admin)}`]
  const said = known.filter((each) => each !== false)
  return said.length === 0 ? cleanLine(name) : `${cleanLine(name)}: ${said.join(', ')}`
}
