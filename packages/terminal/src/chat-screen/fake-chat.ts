import { systemClock, type Ability, type Chat, type ChatError, type ChatEvents, type FileOffer } from '@parley/client'
import { ConversationModel } from '@parley/client/conversations'
import { Talk } from '../chat-model/talk.ts'
import type { ReceivedFiles } from '../received-files.ts'
import { ViewModel } from './view-model.ts'

/** For tests: a chat without a server, and what was said in it. */
export class FakeChat {
  readonly said: string[] = []
  state: Chat['state'] = 'connected'
  /** How the next messages are taken, one after the other: null is well. Those behind them are taken well. */
  readonly verdicts: (ChatError | null | Promise<void>)[] = []
  readonly model: ConversationModel
  readonly talk: Talk
  readonly view: ViewModel
  readonly #listeners = new Map<string, ((what: never) => void)[]>()

  constructor({
    users = ['alice', 'bob'],
    can = ['users', 'groups', 'files', 'tunnels', 'sealing', 'game', 'tell'] as readonly Ability[],
    clock = systemClock,
    highlights = [] as readonly string[],
    now = () => Date.UTC(2026, 0, 2, 12, 0),
  } = {}) {
    const say = async (text: string) => {
      const verdict = this.verdicts.shift()
      if (verdict instanceof Error) throw verdict
      await verdict
      this.said.push(text)
    }
    const stateNow = () => this.state
    const chat = {
      protocol: 'helo',
      me: 'alice',
      can: new Set(can),
      isCaughtUp: true,
      get state() {
        return stateNow()
      },
      users: async () => users,
      say,
      tell: async (user: string, text: string) => {
        await say(`${user}: ${text}`)
        return 'sealed'
      },
      game: { start: async () => {}, join: async () => void this.said.push('(joins)'), guess: async () => 'right' },
      groups: {
        create: async () => {},
        say: (group: string, text: string) => say(`#${group}: ${text}`),
      },
      on: (event: string, run: (what: never) => void) => {
        const runs = this.#listeners.get(event) ?? []
        this.#listeners.set(event, runs)
        runs.push(run)
        return () => void runs.splice(runs.indexOf(run), 1)
      },
      close: async () => {},
    } as unknown as Chat
    const received = { receive: (offer: FileOffer) => offer.accept() } as unknown as ReceivedFiles
    this.model = new ConversationModel({ now })
    this.talk = new Talk({ chat, model: this.model, received, secret: false, clock })
    this.model.roster.list(users)
    this.view = new ViewModel(this.talk, 'chat.example:1347', { highlights })
  }

  tell<K extends keyof ChatEvents>(event: K, what: ChatEvents[K]): void {
    for (const run of this.#listeners.get(event) ?? []) run(what as never)
  }

  offer(from: string, name: string): { readonly answers: readonly string[] } {
    const answers: string[] = []
    const decline = async () => void answers.push('declined')
    const accept = () => new Promise<never>(() => answers.push('accepted'))
    this.tell('file-offered', { from, name, size: 2_048, accept, decline } satisfies FileOffer)
    return { answers }
  }
}
