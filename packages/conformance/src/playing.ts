import { setTimeout as wait } from 'node:timers/promises'
import type { Notation } from '@parley/protocols'
import { Alarm } from './alarm.ts'
import { Connection } from './connection.ts'
import { hexOf } from './frames.ts'
import { listen, type Hearing } from './hearing.ts'
import { mishap, unasked, unmet } from './mishaps.ts'
import { fill, type Bindings } from './placeholders.ts'
import { comeToRest, type Patience } from './rest.ts'
import type { Target } from './target.ts'
import type { Action, Payload, Place, Step, Transcript, Want } from './transcript.ts'
import type { Mishap, Verdict } from './verdict.ts'

export type Cut = (bytes: Uint8Array) => readonly Uint8Array[]

type Opening = Extract<Action, { kind: 'opens' }>
type Ending = Extract<Action, { kind: 'closes' | 'resets' | 'ends' }>

/** One performance of a transcript: its connections, what the placeholders stand for, and what was said so far. */
export class Playing {
  readonly #transcript: Transcript
  readonly #target: Target
  readonly #protocols: ReadonlyMap<string, { readonly notation: Notation }>
  readonly #patience: Patience
  readonly #cut: Cut
  readonly #alarm = new Alarm()
  readonly #conversation: string[] = []
  /** In order of opening, those that ended included. */
  readonly #connections: Connection[] = []
  /** The latest connection of each client: the one it speaks and hears on. */
  readonly #clients = new Map<string, Connection>()
  #bindings: Bindings = new Map()
  /** What was done last and the server may not have noticed yet. */
  #unnoticed: { readonly kind: Step['kind']; readonly client: string | undefined } | undefined

  constructor(
    transcript: Transcript,
    target: Target,
    protocols: ReadonlyMap<string, { readonly notation: Notation }>,
    patience: Patience,
    cut: Cut,
  ) {
    this.#transcript = transcript
    this.#target = target
    this.#protocols = protocols
    this.#patience = patience
    this.#cut = cut
  }

  async run(): Promise<Verdict> {
    let place: Place = { line: 1, source: '' }
    for (const step of this.#transcript.steps) {
      place = step
      const wrong = await this.#play(step)
      if (wrong) return this.#failed(place, wrong)
    }
    const wrong = (await this.#rest()) ?? unasked(this.#connections, 'more was heard than the transcript says')
    return wrong ? this.#failed(place, wrong) : { outcome: 'passed' }
  }

  /** Ends in good order and waits a moment for the server's end, so that the names are free again; then by force. */
  async leave(): Promise<void> {
    const open = this.#connections.filter((connection) => connection.own !== 'gone')
    for (const connection of open) connection.finish()
    const deadline = performance.now() + this.#patience.quietMs
    while (open.some((connection) => !connection.over)) {
      if (!(await this.#alarm.rings(deadline - performance.now()))) break
    }
    await Promise.all(this.#connections.map((connection) => connection.discard()))
  }

  async #play(step: Step): Promise<Mishap | undefined> {
    if (step.kind === 'hears') return await this.#hear(step)
    if (step.kind === 'passes') return await this.#pass(step)
    if (step.kind === 'restarts') return await this.#restart(step.how, step.source)
    if (step.kind === 'opens') return (await this.#noticed(step)) ?? (await this.#open(step))
    if (step.kind === 'writes') return (await this.#noticed(step)) ?? (await this.#write(step.client, step.payload))
    return (await this.#rest()) ?? (await this.#end(step))
  }

  async #open({ client, protocol, at }: Opening): Promise<Mishap | undefined> {
    const address = this.#target.address(protocol)
    if (!address) return mishap(`there is no listener for ${protocol} any more`)
    const port = at === undefined ? address.port : Number(fill(at, this.#bindings))
    if (!(port > 0 && port < 65_536)) return mishap(`${fill(at!, this.#bindings)} is no port`)

    const notation = this.#protocols.get(protocol)?.notation
    const connection = new Connection({ client, host: address.host, port, notation }, this.#alarm)
    this.#connections.push(connection)
    this.#clients.set(client, connection)
    const problem = await connection.connected(this.#patience.patienceMs)
    if (problem !== undefined) return mishap(`${client} could not connect to ${address.host}:${port}: ${problem}`)
    this.#did('opens', client, `${client} opens ${protocol}`)
    return undefined
  }

  async #write(client: string, payload: Payload): Promise<Mishap | undefined> {
    const connection = this.#clients.get(client)!
    const text = payload.form === 'bytes' ? hexOf(payload.bytes) : fill(payload.text, this.#bindings)
    const bytes = payload.form === 'bytes' ? payload.bytes : written(connection.notation, text)
    if (typeof bytes === 'string') return mishap(`this cannot be written: ${bytes}`)
    if (connection.reset) return mishap(`${client} cannot write any more: the server has closed its connection`)
    const wrong = await this.#writePieces(connection, bytes)
    if (wrong) return wrong
    this.#did('writes', client, `${client} -> S: ${text}`)
    return undefined
  }

  /** TCP may join what is written in pieces, so each waits until the server has read the one before. */
  async #writePieces(connection: Connection, bytes: Uint8Array): Promise<Mishap | undefined> {
    const [first, ...others] = this.#cut(bytes)
    if (first) connection.write(first)
    for (const piece of others) {
      const wrong = this.#target.quiesce ? await this.#rest() : undefined
      if (wrong) return wrong
      if (connection.reset) return undefined
      connection.write(piece)
    }
    return undefined
  }

  async #end({ kind, client }: Ending): Promise<Mishap | undefined> {
    const connection = this.#clients.get(client)!
    if (kind === 'ends') connection.finish()
    else {
      const wrong = unasked([connection], `${client} heard more than the transcript says`)
      if (wrong) return wrong
      await (kind === 'closes' ? connection.close(this.#patience.patienceMs) : connection.resetNow())
    }
    this.#did(kind, client, `${client} ${kind}`)
    return undefined
  }

  async #hear(step: Step & { readonly kind: 'hears' }): Promise<Mishap | undefined> {
    const deadline = performance.now() + this.#patience.patienceMs
    let hearing: Hearing
    do hearing = listen(step.wants, this.#clients, this.#bindings)
    while (hearing.kind === 'incomplete' && (await this.#alarm.rings(deadline - performance.now())))

    for (const { want, text } of hearing.heard) this.#conversation.push(`S -> ${want.client}: ${text}`)
    if (hearing.kind !== 'met') return unmet(hearing, this.#clients, this.#patience.patienceMs)
    this.#bindings = hearing.bindings
    for (const [client, bytes] of hearing.taken) this.#clients.get(client)!.take(bytes)
    for (const want of step.wants) if (want.payload.form === 'closed') await this.#heardTheEnd(want, step)
    // A reply shows that a server which cannot tell has noticed what was done before it.
    if (!this.#target.quiesce) this.#unnoticed = undefined
    return undefined
  }

  /** Unless the transcript has more for it to do (half of a tunnel may go on), a client ends when its server has. */
  async #heardTheEnd({ client }: Want, step: Step): Promise<void> {
    const connection = this.#clients.get(client)!
    connection.endAsked = true
    const later = this.#transcript.steps.slice(this.#transcript.steps.indexOf(step) + 1)
    const next = later.find((other) => 'client' in other && other.client === client)
    if (next && next.kind !== 'opens') return
    await connection.close(this.#patience.patienceMs)
    this.#unnoticed = { kind: 'closes', client }
  }

  /** Where time is the server's to pass, what was heard before must have been asked for before. */
  async #pass({ ms, source }: Step & { readonly kind: 'passes' }): Promise<Mishap | undefined> {
    if (this.#target.quiesce) {
      const wrong = await this.#rest()
      if (wrong) return wrong
    }
    if (this.#target.pass) {
      const wrong = this.#target.quiesce && unasked(this.#connections, `this was heard before the time passed`)
      if (wrong) return wrong
      await this.#target.pass(ms)
    } else await wait(ms)
    this.#did('passes', undefined, source)
    return undefined
  }

  /** A server that is killed is not waited for: what it acknowledged must be safe at that very moment. */
  async #restart(how: 'kill' | 'stop', source: string): Promise<Mishap | undefined> {
    const wrong = how === 'stop' ? await this.#rest() : undefined
    if (wrong) return wrong
    for (const connection of this.#connections) connection.orphan()
    await this.#target.restart!(how)
    this.#conversation.push(source)
    this.#unnoticed = undefined
    const deadline = performance.now() + this.#patience.patienceMs
    for (const connection of this.#connections) {
      while (!connection.over && connection.own !== 'gone') {
        if (await this.#alarm.rings(deadline - performance.now())) continue
        return mishap(`${connection.client} is still connected to the server that went down`)
      }
    }
    return undefined
  }

  #did(kind: Step['kind'], client: string | undefined, line: string): void {
    this.#unnoticed = { kind, client }
    this.#conversation.push(line)
  }

  /**
   * A transcript is one order of events, so each act waits until the server has noticed the one before. A server that
   * can tell is always asked; another is waited for where a second client might overtake the first.
   */
  async #noticed({ client }: { readonly client: string }): Promise<Mishap | undefined> {
    const before = this.#unnoticed
    if (!before) return undefined
    if (this.#target.quiesce) return await this.#rest()
    const ended = before.kind === 'closes' || before.kind === 'resets' || before.kind === 'ends'
    const overtakes = before.kind === 'writes' && before.client !== client
    return ended || overtakes ? await this.#rest() : undefined
  }

  async #rest(): Promise<Mishap | undefined> {
    this.#unnoticed = undefined
    const problem = await comeToRest(this.#target, this.#connections, this.#alarm, this.#patience)
    return problem === undefined ? undefined : mishap(problem)
  }

  #failed(step: Place, wrong: Mishap): Verdict {
    return { outcome: 'failed', failure: { ...wrong, place: step, conversation: this.#conversation } }
  }
}

/** Bytes, or what is wrong with the line. */
function written(notation: Notation | undefined, line: string): Uint8Array | string {
  if (!notation) return 'the protocol has no notation; write raw or hex'
  try {
    return notation.write(line)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
