import { setTimeout as wait } from 'node:timers/promises'
import { companions, type Notation } from '@parley/protocols'
import { Alarm } from './alarm.ts'
import { AwakeTime } from './awake.ts'
import { Connection, type Watcher } from './connection.ts'
import { failure, unexpected, unmet } from './failures.ts'
import { hexOf } from './frames.ts'
import { waive, listen, type Hearing } from './hearing.ts'
import { fill, type Bindings } from './placeholders.ts'
import type { Reception } from './reception.ts'
import { comeToRest, type Patience } from './rest.ts'
import type { SpokenProtocols } from './spoken.ts'
import type { Target } from './target.ts'
import type { Action, Expectation, Payload, Place, Step, Transcript } from './transcript.ts'
import type { Failure, Verdict } from './verdict.ts'

export type Cut = (bytes: Uint8Array) => readonly Uint8Array[]

export interface PlayingOptions extends Patience {
  readonly protocols: SpokenProtocols
  readonly cut: Cut
  readonly reception: (protocol: string) => Reception
  /** Who watches a connection by this protocol; undefined: nobody. */
  readonly watch: (protocol: string) => Watcher | undefined
  readonly signal: AbortSignal | undefined
}

type Opening = Extract<Action, { kind: 'connects' }>
type Ending = Extract<Action, { kind: 'closes' | 'resets' | 'ends' }>

/**
 * One performance of a transcript: its connections, what the placeholders stand for, and what was
 * said so far.
 */
export class Playing {
  readonly #transcript: Transcript
  readonly #target: Target
  readonly #protocols: SpokenProtocols
  readonly #patience: PlayingOptions
  readonly #cut: Cut
  readonly #alarm = new Alarm()
  readonly #conversation: string[] = []
  /** In order of opening, those that ended included. */
  readonly #connections: Connection[] = []
  /** The latest connection of each actor: the one it speaks and hears on. */
  readonly #actors = new Map<string, Connection>()
  readonly #fieldForms = new Set<string>()
  #bindings: Bindings = new Map()
  /** What was done last and the server may not have noticed yet. */
  #unnoticed:
    { readonly kind: Step['kind']; readonly actor: string | undefined; readonly isPiece?: boolean } | undefined

  constructor(transcript: Transcript, target: Target, options: PlayingOptions) {
    this.#transcript = transcript
    this.#target = target
    this.#protocols = options.protocols
    this.#patience = options
    this.#cut = options.cut
    options.signal?.addEventListener('abort', () => this.#alarm.ring(), { once: true })
  }

  async run(): Promise<Verdict> {
    let place: Place = { line: 1, source: '' }
    for (const step of this.#transcript.steps) {
      if (this.#aborted) return { outcome: 'skipped', reason: 'it was interrupted' }
      place = step
      const wrong = await this.#play(step)
      if (wrong) return this.#failed(place, wrong)
    }
    const wrong =
      (await this.#rest()) ?? unexpected(this.#connections, 'the transcript is at its end, and this came as well')
    if (wrong) return this.#failed(place, wrong)
    return this.#fieldForms.size === 0
      ? { outcome: 'passed' }
      : { outcome: 'passed', fieldForms: [...this.#fieldForms].toSorted() }
  }

  get #aborted(): boolean {
    return this.#patience.signal?.aborted ?? false
  }

  /**
   * Ends in good order and waits a moment for the server's end, so that the names are free again;
   * then by force.
   */
  async leave(): Promise<void> {
    const open = this.#connections.filter((connection) => connection.own !== 'gone')
    for (const connection of open) connection.finish()
    const time = new AwakeTime(this.#aborted ? 0 : this.#patience.quietMs)
    while (open.some((connection) => !connection.over)) {
      if (!(await this.#alarm.rings(time))) break
    }
    await Promise.all(this.#connections.map((connection) => connection.discard()))
  }

  async #play(step: Step): Promise<Failure | undefined> {
    if (step.kind === 'hears') return await this.#hear(step)
    if (step.kind === 'passes') return await this.#pass(step)
    if (step.kind === 'restarts') return await this.#restart(step.how, step.source)
    if (step.kind === 'connects') return (await this.#noticed(step)) ?? (await this.#connect(step))
    if (step.kind === 'writes') return (await this.#noticed(step)) ?? (await this.#write(step.actor, step.payload))
    return (await this.#rest()) ?? (await this.#end(step))
  }

  async #connect({ actor, protocol, at }: Opening): Promise<Failure | undefined> {
    const address = this.#target.address(protocol, actor, at !== undefined || companions.has(protocol))
    if (!address) return failure(`the server has no listener for ${protocol}`)
    const port = at === undefined ? address.port : Number(fill(at, this.#bindings))
    if (!(port > 0 && port < 65_536)) return failure(`${fill(at!, this.#bindings)} is no port`)

    const { notation } = this.#protocols.get(protocol)!
    const { host, tls } = address
    const reception = this.#patience.reception(protocol)
    const watcher = this.#patience.watch(protocol)
    const spec = { actor, host, port, notation, reception, watcher, ...(tls && { tls }) }
    const connection = new Connection(spec, this.#alarm)
    this.#connections.push(connection)
    this.#actors.set(actor, connection)
    const problem = await connection.connected(this.#patience.patienceMs)
    if (problem !== undefined) return failure(`${actor} could not connect to ${address.host}:${port}: ${problem}`)
    this.#did('connects', actor, `${actor} connects by ${protocol}${at === undefined ? '' : ` at ${port}`}`)
    return undefined
  }

  async #write(actor: string, payload: Payload): Promise<Failure | undefined> {
    const connection = this.#actors.get(actor)!
    const text = payload.form === 'bytes' ? hexOf(payload.bytes) : fill(payload.text, this.#bindings)
    const bytes = payload.form === 'bytes' ? payload.bytes : written(connection.notation, text)
    if (typeof bytes === 'string') return failure(`this cannot be written: ${bytes}`)
    if (connection.reset) return failure(`${actor} cannot write any more: the server has closed its connection`)
    const wrong = await this.#writePieces(connection, bytes)
    if (wrong) return wrong
    this.#did('writes', actor, `${actor} -> ${text}`)
    // A piece of a line is to arrive by itself.
    this.#unnoticed = { kind: 'writes', actor, isPiece: payload.form === 'bytes' && bytes.at(-1) !== 0x0a }
    return undefined
  }

  /**
   * TCP may join what is written in pieces, so each waits until the server has read the one before.
   */
  async #writePieces(connection: Connection, bytes: Uint8Array): Promise<Failure | undefined> {
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

  async #end({ kind, actor }: Ending): Promise<Failure | undefined> {
    const connection = this.#actors.get(actor)!
    if (kind === 'ends') connection.finish()
    else {
      const wrong = unexpected([connection], `${actor} heard more than the transcript says`)
      if (wrong) return wrong
      await (kind === 'closes' ? connection.close(this.#patience.patienceMs) : connection.resetNow())
    }
    this.#did(kind, actor, `${actor} ${kind}`)
    return undefined
  }

  async #hear(step: Step & { readonly kind: 'hears' }): Promise<Failure | undefined> {
    const time = new AwakeTime(this.#patience.patienceMs)
    let hearing: Hearing
    do hearing = listen(step.expectations, this.#actors, this.#bindings)
    while (hearing.kind === 'incomplete' && !this.#aborted && (await this.#alarm.rings(time)))
    if (!this.#aborted) hearing = waive(hearing, this.#actors)

    for (const { expectation, text, fieldForm } of hearing.heard) {
      this.#conversation.push(`${expectation.actor} <- ${text}`)
      if (fieldForm !== undefined) this.#fieldForms.add(fieldForm)
    }
    if (hearing.kind !== 'met') return unmet(hearing, this.#actors, this.#patience.patienceMs)
    this.#bindings = hearing.bindings
    for (const [actor, bytes] of hearing.taken) this.#actors.get(actor)!.take(bytes)
    for (const expectation of step.expectations) {
      if (expectation.payload.form === 'closed') await this.#heardTheEnd(expectation, step)
    }
    // A reply shows that a server which cannot tell has noticed what was done before it.
    if (!this.#target.quiesce) this.#unnoticed = undefined
    return undefined
  }

  /**
   * Unless the transcript has more for it to do (half of a tunnel may go on), an actor ends when
   * its server has.
   */
  async #heardTheEnd({ actor }: Expectation, step: Step): Promise<void> {
    const connection = this.#actors.get(actor)!
    connection.endExpected = true
    const later = this.#transcript.steps.slice(this.#transcript.steps.indexOf(step) + 1)
    const next = later.find((other) => 'actor' in other && other.actor === actor)
    if (next && next.kind !== 'connects') return
    await connection.close(this.#patience.patienceMs)
    this.#unnoticed = { kind: 'closes', actor }
  }

  /** Where time is the server's to pass, what came before must have been expected before. */
  async #pass({ ms, source }: Step & { readonly kind: 'passes' }): Promise<Failure | undefined> {
    const { signal } = this.#patience
    if (this.#target.quiesce) {
      const wrong = await this.#rest()
      if (wrong) return wrong
    }
    if (this.#target.pass) {
      const wrong = this.#target.quiesce && unexpected(this.#connections, 'this came before the time passed')
      if (wrong) return wrong
      await this.#target.pass(ms)
    } else await wait(ms, undefined, { ...(signal && { signal }) }).catch(() => {})
    this.#did('passes', undefined, source)
    return undefined
  }

  /**
   * A server that is killed is not waited for: what it acknowledged must be safe at that very
   * moment.
   */
  async #restart(how: 'kill' | 'stop', source: string): Promise<Failure | undefined> {
    const wrong = how === 'stop' ? await this.#rest() : undefined
    if (wrong) return wrong
    for (const connection of this.#connections) connection.orphan()
    await this.#target.restart!(how)
    this.#conversation.push(source)
    this.#unnoticed = undefined
    const time = new AwakeTime(this.#patience.patienceMs)
    for (const connection of this.#connections) {
      while (!connection.over && connection.own !== 'gone') {
        if (await this.#alarm.rings(time)) continue
        return failure(`${connection.actor} is still connected to the server that went down`)
      }
    }
    return undefined
  }

  #did(kind: Step['kind'], actor: string | undefined, line: string): void {
    this.#unnoticed = { kind, actor }
    this.#conversation.push(line)
  }

  /**
   * A transcript is one order of events, so each act waits until the server has noticed the one
   * before. A server that can tell is always asked; another is waited for where a second actor
   * might overtake the first.
   */
  async #noticed({ actor }: { readonly actor: string }): Promise<Failure | undefined> {
    const before = this.#unnoticed
    if (!before) return undefined
    if (this.#target.quiesce) return await this.#rest()
    const ended = before.kind === 'closes' || before.kind === 'resets' || before.kind === 'ends'
    const overtakes = before.kind === 'writes' && before.actor !== actor
    return ended || overtakes || before.isPiece ? await this.#rest() : undefined
  }

  async #rest(): Promise<Failure | undefined> {
    this.#unnoticed = undefined
    const problem = await comeToRest(this.#target, this.#connections, this.#alarm, this.#patience)
    return problem === undefined ? undefined : failure(problem)
  }

  #failed(place: Place, wrong: Failure): Verdict {
    if (this.#aborted) return { outcome: 'skipped', reason: 'it was interrupted' }
    return { outcome: 'failed', failure: { ...wrong, place, conversation: this.#conversation } }
  }
}

/** Bytes, or what is wrong with the line. */
function written(notation: Notation, line: string): Uint8Array | string {
  try {
    return notation.write(line)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
