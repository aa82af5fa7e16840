import { setTimeout as wait } from 'node:timers/promises'
import { AwakeTime } from '../awake.ts'
import type { CheckResult } from '../results.ts'
import type { Failure } from '../verdict.ts'
import type { Demand, JudgedProtocol, ScriptStep } from './demand.ts'
import type { JudgedConnection } from './judged-connection.ts'

export interface JudgingOptions {
  /** For what must come, in ms, where the demand does not say it. */
  readonly timeoutMs: number
  readonly strict: boolean
}

export type Judgement =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'skipped'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly failure: Failure; readonly conversation: readonly string[] }

type StepResult = 'goes-on' | Extract<CheckResult['outcome'], 'skipped'> | Failure

const betweenPiecesMs = 60

/** Plays the server of one demand to a client that has connected. */
export class Judging {
  readonly #connection: JudgedConnection
  readonly #protocol: JudgedProtocol
  readonly #options: JudgingOptions
  readonly #conversation: string[] = ['the client connects']
  readonly #bound = new Map<string, string>()
  #complaint: Failure | undefined
  #skipped = ''

  constructor(connection: JudgedConnection, protocol: JudgedProtocol, options: JudgingOptions) {
    this.#connection = connection
    this.#protocol = protocol
    this.#options = options
  }

  async run({ script }: Demand): Promise<Judgement> {
    for (const step of script) {
      const result = await this.#step(step)
      const wrong = this.#complaint ?? (typeof result === 'string' ? undefined : result)
      if (wrong) return { outcome: 'failed', failure: wrong, conversation: this.#conversation }
      if (result === 'skipped') return { outcome: 'skipped', reason: this.#skipped }
    }
    return { outcome: 'passed' }
  }

  async #step(step: ScriptStep): Promise<StepResult> {
    if (step.do === 'say') return this.#say(this.#filled(step.line))
    if (step.do === 'pieces') return await this.#sayInPieces(step.texts.map((text) => this.#filled(text)))
    if (step.do === 'hear') return await this.#hear(step)
    if (step.do === 'silence') return await this.#silence(step)
    if (step.do === 'leaves') return await this.#leaves(step)
    this.#conversation.push('the server ends the connection')
    this.#connection.end()
    return 'goes-on'
  }

  #say(line: string): StepResult {
    this.#conversation.push(`client <- ${line}`)
    this.#connection.write(this.#protocol.notation.write(line))
    return 'goes-on'
  }

  async #sayInPieces(texts: readonly string[]): Promise<StepResult> {
    for (const text of texts) {
      this.#conversation.push(`client <- raw ${JSON.stringify(text)}`)
      this.#connection.write(Buffer.from(text, 'latin1'))
      await wait(betweenPiecesMs)
    }
    return 'goes-on'
  }

  async #hear(step: Extract<ScriptStep, { do: 'hear' }>): Promise<StepResult> {
    const { line: wanted, first, what, withinMs = this.#options.timeoutMs, orSkip } = step
    const time = new AwakeTime(withinMs)
    let passed = false
    for (;;) {
      for (let line = this.#next(); line !== undefined; line = this.#next()) {
        const match = wanted.exec(line)
        if (!match) {
          if (first) return this.#wrong(`the client is to ${what}`, [`client -> ${line}`])
          this.#reply(line)
          continue
        }
        for (const [name, text] of Object.entries(match.groups ?? {})) this.#bound.set(name, text)
        return 'goes-on'
      }
      if (this.#complaint) return this.#complaint
      if (!this.#connection.over && !passed) passed = !(await this.#connection.alarm.rings(time))
      else if (orSkip !== undefined) return this.#skip(orSkip)
      else return this.#missing(`the client is to ${what} within ${withinMs / 1_000} s`, wanted)
    }
  }

  async #silence({ ms, but, mayLeave, what }: Extract<ScriptStep, { do: 'silence' }>): Promise<StepResult> {
    const deadline = performance.now() + ms
    for (let left = ms; left > 0; left = deadline - performance.now()) {
      for (let line = this.#next(); line !== undefined; line = this.#next()) {
        if (!but?.test(line)) return this.#wrong(`the client is to ${what}`, [`client -> ${line}`])
      }
      if (this.#complaint) return this.#complaint
      if (this.#connection.over) {
        if (mayLeave) return 'goes-on'
        return this.#wrong(`the client is to ${what}`, ['the client ends the connection'])
      }
      await this.#connection.alarm.rings(left)
    }
    const { rest } = this.#connection
    return rest === undefined ? 'goes-on' : this.#wrong(`the client is to ${what}`, [`client -> ${rest}`])
  }

  async #leaves({ withinMs, what }: Extract<ScriptStep, { do: 'leaves' }>): Promise<StepResult> {
    const time = new AwakeTime(withinMs)
    while (!this.#connection.over) {
      while (this.#next() !== undefined);
      if (await this.#connection.alarm.rings(time)) continue
      return this.#wrong(`the client is to ${what} within ${withinMs / 1_000} s`, ['nothing'])
    }
    return 'goes-on'
  }

  /** The next line, as part of the conversation. Notes what is wrong with it. */
  #next(): string | undefined {
    const line = this.#connection.next()
    if (line === undefined) {
      if (this.#connection.floods) this.#complaint ??= this.#failure('the client floods the server', ['nothing'], [])
      return undefined
    }
    this.#conversation.push(`client -> ${line}`)
    const complaint = this.#protocol.complaint(line, this.#options.strict)
    if (complaint !== undefined) {
      this.#complaint ??= this.#failure(complaint, ['a line of the protocol'], [`client -> ${line}`])
    }
    return line
  }

  #reply(line: string): void {
    for (const reply of this.#protocol.reply(line, this.#bound.get('name') ?? '')) this.#say(reply)
  }

  #skip(reason: string): StepResult {
    this.#skipped = reason
    return 'skipped'
  }

  #missing(problem: string, wanted: RegExp): Failure {
    const { rest, over } = this.#connection
    const came = rest === undefined ? [] : [`client -> ${rest}, which is no whole message`]
    const heard = [...came, ...(over ? ['the client ends the connection'] : [])]
    return this.#failure(problem, [`client -> ${shown(wanted)}`], heard.length > 0 ? heard : ['nothing of the kind'])
  }

  #wrong(problem: string, heard: readonly string[]): Failure {
    return this.#failure(problem, [], heard)
  }

  #failure(problem: string, expected: readonly string[], heard: readonly string[]): Failure {
    return { problem, expected, heard, meanings: [] }
  }

  #filled(text: string): string {
    return text.replace(/<([a-z]+)>/g, (whole, name: string) => this.#bound.get(name) ?? whole)
  }
}

/** `/^IDENT (?<name>\w+)/` as people write it: `IDENT <name>…`. */
function shown(wanted: RegExp): string {
  return wanted.source
    .replace(/^\^/, '')
    .replace(/\(\?<(\w+)>(?:[^()]|\([^()]*\))*\)/g, '<$1>')
    .replace(/\\([^\w])/g, '$1')
    .replace(/\$$/, '')
}
