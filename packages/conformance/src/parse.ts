import { parseDirective, type Directive } from './parse-directive.ts'
import { parseStep } from './parse-step.ts'
import { SignIns } from './sign-ins.ts'
import { spokenProtocols, type SpokenProtocols } from './spoken.ts'
import type { Expectation, Listener, Place, RequiredAccount, Setting, Step, Transcript } from './transcript.ts'
import { Validator } from './validator.ts'

export interface ParseProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly problem: string
}
/** Every line that is wrong is named, not just the first. */
export type Parsed =
  { readonly ok: true; readonly value: Transcript } | { readonly ok: false; readonly problems: readonly ParseProblem[] }

/**
 * Reads a transcript. `file` is what reports call it. Without `protocols`: those of this project.
 * Never throws.
 */
export function parseTranscript(file: string, text: string, protocols: SpokenProtocols = spokenProtocols): Parsed {
  const reader = new Reader(protocols)
  for (const place of placesOf(text)) reader.read(place)
  reader.finish()
  if (reader.problems.length === 0) return { ok: true, value: reader.transcript(file) }
  const problems = reader.problems.toSorted((one, other) => one.line - other.line)
  return { ok: false, problems: problems.map((problem) => ({ file, ...problem })) }
}

/** The lines that are not empty. */
function placesOf(text: string): readonly Place[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, source: line.trimStart() }))
    .filter((place) => place.source !== '')
}

class Reader {
  readonly problems: Omit<ParseProblem, 'file'>[] = []
  readonly #proves: string[] = []
  readonly #listeners: Listener[] = []
  readonly #settings: Setting[] = []
  readonly #accounts: RequiredAccount[] = []
  readonly #steps: Step[] = []
  #alone = false
  readonly #validator: Validator
  readonly #signIns: SignIns
  #block: { readonly place: Place; readonly expectations: Expectation[] } | undefined

  constructor(protocols: SpokenProtocols) {
    this.#validator = new Validator(protocols)
    this.#signIns = new SignIns(protocols)
  }

  read(place: Place): void {
    const { source } = place
    if (source.startsWith('#')) this.#readComment(source)
    else if (/^(?:protocol|setting|account|alone)(?:\s|$)/.test(source)) this.#readDirective(place)
    else if (source.trim() === 'unordered') this.#beginBlock(place)
    else if (source.trim() === 'end') this.#endBlock(place)
    else this.#readStep(place)
  }

  finish(): void {
    const top: Place = { line: 1, source: '' }
    if (this.#block) this.#complain(this.#block.place, 'this unordered block has no end')
    if (this.#proves.every((line) => line === '')) {
      this.#complain(top, 'a comment on top must quote what this transcript proves')
    }
    if (this.#steps.length === 0 && this.problems.length === 0) this.#complain(top, 'nothing is said')
  }

  transcript(file: string): Transcript {
    const named = new Map(this.#listeners.map((listener) => [listener.protocol, listener]))
    for (const step of this.#steps) {
      if (step.kind !== 'connects' || named.has(step.protocol)) continue
      named.set(step.protocol, { protocol: step.protocol, options: {} })
    }
    return {
      file,
      proves: this.#proves,
      listeners: [...named.values()],
      settings: this.#settings,
      accounts: this.#accounts,
      alone: this.#alone,
      steps: this.#steps,
    }
  }

  #complain({ line }: Place, problem: string): void {
    this.problems.push({ line, problem })
  }

  #readComment(source: string): void {
    const above = this.#listeners.length + this.#settings.length + this.#accounts.length + this.#steps.length === 0
    if (above) this.#proves.push(source.replace(/^#+\s*/, '').trim())
  }

  #readDirective(place: Place): void {
    const directive = parseDirective(place.source)
    if (this.#steps.length > 0 || this.#block) {
      this.#complain(place, 'what the server must provide stands above the conversation')
    } else if (directive.ok) this.#provide(place, directive.value)
    else this.#complain(place, directive.problem)
  }

  #provide(place: Place, directive: Directive): void {
    if (directive.kind === 'setting') this.#settings.push(directive.setting)
    else if (directive.kind === 'account') this.#accounts.push(directive.account)
    else if (directive.kind === 'alone') this.#alone = true
    else {
      const { protocol } = directive.listener
      for (const problem of this.#validator.protocol(protocol)) this.#complain(place, problem)
      if (this.#listeners.some((listener) => listener.protocol === protocol)) {
        this.#complain(place, `${protocol} is named twice; it has one listener`)
      }
      this.#listeners.push(directive.listener)
    }
  }

  #beginBlock(place: Place): void {
    if (this.#block) this.#complain(place, 'an unordered block cannot hold another one')
    else this.#block = { place, expectations: [] }
  }

  #endBlock(place: Place): void {
    const block = this.#block
    this.#block = undefined
    if (!block) this.#complain(place, 'there is no unordered block to end')
    else if (block.expectations.length === 0) this.#complain(block.place, 'this unordered block is empty')
    else this.#add({ ...block.place, kind: 'hears', expectations: block.expectations })
  }

  #readStep(place: Place): void {
    const read = parseStep(place.source)
    if (!read.ok) return this.#complain(place, read.problem)
    const action = read.value
    if (this.#block) {
      if (action.kind === 'hears') this.#block.expectations.push(...action.expectations)
      else this.#complain(place, 'an unordered block holds lines from the server only')
    } else if (action.kind === 'signs-in') {
      const [protocol = ''] = action.words.split(' ')
      const unknown = this.#validator.protocol(protocol)
      for (const problem of unknown) this.#complain(place, problem)
      if (unknown.length > 0) return
      const opening = this.#signIns.expand(action, this.#accounts)
      if (!opening.ok) this.#complain(place, opening.problem)
      else for (const each of opening.value) this.#add({ ...place, ...each })
    } else if (action.kind === 'hears') {
      // Each by itself, so that a failure names the one who did not hear it.
      for (const each of action.expectations) this.#add({ ...place, kind: 'hears', expectations: [each] })
    } else this.#add({ ...place, ...action })
  }

  #add(step: Step): void {
    this.#steps.push(step)
    this.#signIns.follow(step)
    for (const problem of this.#validator.check(step)) this.#complain(step, problem)
  }
}
