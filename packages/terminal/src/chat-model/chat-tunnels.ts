import type { Chat, TunnelRequest } from '@parley/client'
import { cleanLine, type ConversationModel } from '@parley/client/conversations'
import { TunnelAsker } from '../forwarding/tunnel-asker.ts'
import { openEntrance, type TunnelStep } from '../forwarding/tunnel-entrance.ts'
import { TunnelExit } from '../forwarding/tunnel-exit.ts'
import type { Target } from '../forwarding/target.ts'

/** A port of this machine, or somebody who was let through. */
export interface StandingTunnel {
  /** For /tunnel close. */
  readonly number: number
  readonly direction: 'to' | 'from'
  readonly user: string
  /** What is so now, for people. */
  readonly text: string
  /** From where to where, for people, whatever is so. */
  readonly name: string
  /** Connections that go through it now. */
  readonly open: number
}

interface Standing {
  readonly number: number
  readonly direction: 'to' | 'from'
  readonly user: string
  readonly name: string
  text(): string
  open(): number
  close(): Promise<void>
}

/**
 * Tunnels within a chat. Every connection is a tunnel of its own, so whoever was let through once is let through to the same target until that is closed.
 */
export class ChatTunnels {
  readonly #asker: TunnelAsker
  readonly #model: ConversationModel
  readonly #standing = new Map<number, Standing>()
  readonly #exits = new Map<string, TunnelExit>()
  #nextNumber = 1

  constructor(chat: Chat, model: ConversationModel) {
    this.#asker = new TunnelAsker(chat)
    this.#model = model
  }

  get list(): readonly StandingTunnel[] {
    return Array.from(this.#standing.values(), ({ number, direction, user, name, text, open }) => {
      return { number, direction, user, name, text: text(), open: open() }
    })
  }

  /** Those that stand, for people. */
  names(): readonly string[] {
    return this.list.map(({ text }) => text)
  }

  /**
   * Opens a port that leads to that user, who is asked for each connection to it. Returns the port. What comes of it is said with that user, and in
   * `place` as long as nobody of that name is known.
   */
  async enter(user: string, port: number, place: string): Promise<number> {
    const say = (kind: 'event' | 'error', text: string) =>
      void this.#model.note(kind, text, this.#model.knows(`@${user}`) ? `@${user}` : place)
    const steps = new EntranceSteps(user, { say: (text) => say('event', text), changed: () => this.#model.touch() })
    const report = (problem: string) => say('error', problem)
    const step = (each: TunnelStep) => steps.take(each)
    const entrance = await openEntrance({ asker: this.#asker, user, host: '127.0.0.1', port, report, step })
    steps.port = entrance.port
    const text = () => steps.text
    const name = `127.0.0.1:${entrance.port} to ${user}`
    this.#add({ direction: 'to', user, name, text, open: () => steps.open, close: () => entrance.close() })
    return entrance.port
  }

  /** Passes it, if its user was let through before. */
  knows(request: TunnelRequest): boolean {
    const exit = this.#exits.get(request.from.toLowerCase())
    if (exit) this.#pass(exit, request)
    return exit !== undefined
  }

  async letThrough(request: TunnelRequest, target: Target): Promise<void> {
    const user = cleanLine(request.from)
    const key = request.from.toLowerCase()
    const before = [...this.#standing.values()].find((each) => each.direction === 'from' && each.user === user)
    if (before) await this.close(before.number)
    const report = (problem: string) => void this.#model.note('error', problem, `@${user}`)
    const exit = new TunnelExit({ target, report })
    this.#exits.set(key, exit)
    const where = `${target.host}:${target.port}`
    const text = () => `${user} is let through to ${where}, ${openOf(exit.open)}`
    const open = () => exit.open
    const close = async () => {
      this.#exits.delete(key)
      exit.close()
    }
    this.#add({ direction: 'from', user, name: `${user} to ${where}`, text, open, close })
    this.#pass(exit, request)
  }

  /** Ends it and whatever goes through it. false: there is none with this number. */
  async close(number: number): Promise<boolean> {
    const standing = this.#standing.get(number)
    this.#standing.delete(number)
    await standing?.close()
    this.#model.touch()
    return standing !== undefined
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#standing.keys()].map((number) => this.close(number)))
  }

  #add(standing: Omit<Standing, 'number'>): void {
    const number = this.#nextNumber++
    this.#standing.set(number, { ...standing, number })
    this.#model.touch()
  }

  /** How many are open is shown. */
  #pass(exit: TunnelExit, request: TunnelRequest): void {
    void exit.pass(request, () => this.#model.touch()).finally(() => this.#model.touch())
  }
}

interface EntranceWatcher {
  say(text: string): void
  changed(): void
}

/** How far the connections to one port have come. What changes for people is said once. */
class EntranceSteps {
  port = 0
  readonly #user: string
  readonly #told: EntranceWatcher
  #waiting = 0
  #open = 0
  #answer: 'none' | 'accepted' | 'refused' = 'none'

  constructor(user: string, told: EntranceWatcher) {
    this.#user = user
    this.#told = told
  }

  get open(): number {
    return this.#open
  }

  get text(): string {
    const from = `127.0.0.1:${this.port}`
    if (this.#open > 0) return `${from} leads to ${this.#user}, ${openOf(this.#open)}`
    if (this.#waiting > 0) return `${from}: waiting for ${this.#user}`
    if (this.#answer === 'none') return `${from}: ${this.#user} is asked as soon as something connects to it`
    return this.#answer === 'accepted'
      ? `${from} leads to ${this.#user}, none open`
      : `${from}: ${this.#user} did not let it through, and is asked again when something connects`
  }

  take(step: TunnelStep): void {
    const before = this.#answer
    if (step === 'asked') this.#waiting++
    else if (step === 'ended') this.#open--
    else if (step === 'accepted') {
      this.#waiting--
      this.#open++
      this.#answer = 'accepted'
    } else if (this.#waiting > 0) {
      this.#waiting--
      this.#answer = 'refused'
    }
    this.#told.changed()
    if (step === 'asked' && before !== 'accepted' && this.#waiting === 1)
      this.#told.say(`${this.#user} is asked for a tunnel`)
    if (step === 'accepted' && before !== 'accepted') {
      this.#told.say(`${this.#user} has accepted: 127.0.0.1:${this.port} leads to ${this.#user}`)
    }
  }
}

function openOf(count: number): string {
  return count === 0 ? 'none open' : `${count} open`
}
