import type { Chat, TunnelRequest } from '@parley/client'
import { TunnelAsker } from '../forwarding/tunnel-asker.ts'
import { openEntrance, type Entrance } from '../forwarding/tunnel-entrance.ts'
import { TunnelExit } from '../forwarding/tunnel-exit.ts'
import type { ChatModel } from './chat-model.ts'
import type { Target } from '../forwarding/target.ts'

/**
 * Tunnels within a chat. Every connection is a tunnel of its own, so whoever was let through once is let through to the same target until declined.
 */
export class ChatTunnels {
  readonly #asker: TunnelAsker
  readonly #model: ChatModel
  readonly #entrances: Entrance[] = []
  readonly #exits = new Map<string, TunnelExit>()

  constructor(chat: Chat, model: ChatModel) {
    this.#asker = new TunnelAsker(chat)
    this.#model = model
  }

  /** Answers the port that leads to that user. */
  async enter(user: string, port: number): Promise<number> {
    const report = (problem: string) => this.#model.note('error', problem, `@${user}`)
    const entrance = await openEntrance({ asker: this.#asker, user, host: '127.0.0.1', port, report })
    this.#entrances.push(entrance)
    return entrance.port
  }

  /** Passes it, if its user was let through before. */
  knows(request: TunnelRequest): boolean {
    const exit = this.#exits.get(request.from.toLowerCase())
    void exit?.pass(request)
    return exit !== undefined
  }

  letThrough(request: TunnelRequest, target: Target): void {
    const user = request.from
    this.stop(user)
    const exit = new TunnelExit({ target, report: (problem) => this.#model.note('error', problem, `@${user}`) })
    this.#exits.set(user.toLowerCase(), exit)
    void exit.pass(request)
  }

  /** Ends all tunnels of that user; false: there were none. */
  stop(user: string): boolean {
    this.#exits.get(user.toLowerCase())?.close()
    return this.#exits.delete(user.toLowerCase())
  }

  async close(): Promise<void> {
    for (const exit of this.#exits.values()) exit.close()
    await Promise.all(this.#entrances.map((entrance) => entrance.close()))
  }
}
