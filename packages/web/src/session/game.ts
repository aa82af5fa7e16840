import type { Chat } from '@parley/client'
import type { ConversationModel } from '@parley/client/conversations'

interface Guess {
  readonly number: number
  readonly verdict: 'low' | 'high' | 'right'
}

interface GameResult {
  readonly user: string
  /** null: did not finish. */
  readonly ms: number | null
}

/** `none`: nobody plays. `announced`: one may join. */
export interface GameNow {
  readonly state: 'none' | 'announced' | 'running'
  readonly isIn: boolean
  readonly players: readonly string[]
  readonly guesses: readonly Guess[]
  /** Of the last game. */
  readonly results: readonly GameResult[]
}

const nothing: GameNow = { state: 'none', isIn: false, players: [], guesses: [], results: [] }

/** The game of guessing, as this user sees it. */
export class PageGame {
  readonly #chat: Chat
  readonly #model: ConversationModel
  #now = nothing

  constructor(chat: Chat, model: ConversationModel) {
    this.#chat = chat
    this.#model = model
    chat.on('game-announced', () => this.#set({ ...nothing, state: 'announced' }, 'A game of guessing begins.'))
    chat.on('game-started', ({ players }) => {
      const isIn = players.some((player) => player.toLowerCase() === chat.me.toLowerCase())
      this.#set({ state: 'running', players, isIn }, `The game has started with ${players.join(', ')}.`)
    })
    chat.on('game-cancelled', () => this.#set(nothing, 'The game was cancelled.'))
    chat.on('game-finished', ({ results }) => this.#set({ state: 'none', isIn: false, results }, 'The game is over.'))
    chat.on('reconnected', () => this.#set(nothing))
  }

  get now(): GameNow {
    return this.#now
  }

  async start(): Promise<void> {
    await this.#chat.game.start()
    // Whoever starts it takes part, and is not told.
    this.#set({ ...nothing, state: 'announced', isIn: true })
  }

  async join(): Promise<void> {
    await this.#chat.game.join()
    this.#set({ isIn: true })
  }

  async guess(number: number): Promise<void> {
    const verdict = await this.#chat.game.guess(number)
    this.#set({ guesses: [{ number, verdict }, ...this.#now.guesses] })
  }

  #set(changed: Partial<GameNow>, said?: string): void {
    this.#now = { ...this.#now, ...changed }
    if (said !== undefined) this.#model.note('event', said)
    this.#model.touch()
  }
}
