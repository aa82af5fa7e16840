import { parseDirective, type Directive } from './parse-directive.ts'
import { parseStep } from './parse-step.ts'
import { Plausibility } from './plausibility.ts'
import type { Listener, Place, Step, Transcript, Want } from './transcript.ts'

export interface ParseProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly problem: string
}
/** Every line that is wrong is named, not just the first. */
export type Parsed =
  { readonly ok: true; readonly value: Transcript } | { readonly ok: false; readonly problems: readonly ParseProblem[] }

/** Reads a transcript. `file` is what reports call it. Never throws. */
export function parseTranscript(file: string, text: string): Parsed {
  const problems: ParseProblem[] = []
  const proves: string[] = []
  const directives: Directive[] = []
  const steps: Step[] = []
  let block: { readonly place: Place; readonly wants: Want[] } | undefined
  const plausibility = new Plausibility()
  const complain = (place: Place, problem: string): void => {
    problems.push({ file, line: place.line, problem })
  }
  const add = (step: Step): void => {
    steps.push(step)
    for (const problem of plausibility.check(step)) problems.push({ file, line: step.line, problem })
  }

  for (const place of placesOf(text)) {
    const { source } = place
    if (source.startsWith('#')) {
      if (directives.length === 0 && steps.length === 0) proves.push(source.replace(/^#+\s*/, '').trim())
    } else if (/^(?:protocol|also|setting|account)(?:\s|$)/.test(source)) {
      const directive = parseDirective(source)
      if (steps.length > 0 || block) complain(place, 'what the server must provide stands above the conversation')
      else if (directive.ok) directives.push(directive.value)
      else complain(place, directive.problem)
    } else if (source.trim() === 'unordered') {
      if (block) complain(place, 'an unordered block cannot hold another one')
      else block = { place, wants: [] }
    } else if (source.trim() === 'end') {
      if (!block) complain(place, 'there is no unordered block to end')
      else if (block.wants.length === 0) complain(block.place, 'this unordered block is empty')
      else add({ ...block.place, kind: 'hears', wants: block.wants })
      block = undefined
    } else {
      const step = parseStep(place, listenersOf(directives)[0]?.protocol ?? '')
      if (!step.ok) complain(place, step.problem)
      else if (!block) add(step.value)
      else if (step.value.kind === 'hears') block.wants.push(...step.value.wants)
      else complain(place, 'an unordered block holds lines from the server only')
    }
  }

  const top: Place = { line: 1, source: '' }
  if (block) complain(block.place, 'this unordered block has no end')
  if (proves.every((line) => line === '')) complain(top, 'a comment on top must quote what this transcript proves')
  if (steps.length === 0) complain(top, 'nothing is said')
  const [first, ...others] = listenersOf(directives)
  if (!first) complain(top, 'a line "protocol <name>" must name the default protocol of the clients')
  if (directives[0] && directives[0].kind !== 'protocol') complain(top, 'the line "protocol <name>" comes first')
  if (directives.filter((directive) => directive.kind === 'protocol').length > 1) {
    complain(top, 'there is one default protocol; name further ones by "also <name>"')
  }
  for (const problem of strangersAmong(steps, [first, ...others])) problems.push({ file, ...problem })
  if (!first || problems.length > 0)
    return { ok: false, problems: problems.sort((one, other) => one.line - other.line) }

  const settings = directives.flatMap((directive) => (directive.kind === 'setting' ? [directive.setting] : []))
  const accounts = directives.flatMap((directive) => (directive.kind === 'account' ? [directive.account] : []))
  return { ok: true, value: { file, proves, listeners: [first, ...others], settings, accounts, steps } }
}

function placesOf(text: string): readonly Place[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, source: line.trimStart() }))
    .filter((place) => place.source !== '')
}

function listenersOf(directives: readonly Directive[]): readonly Listener[] {
  return directives.flatMap((directive) => ('listener' in directive ? [directive.listener] : []))
}

/** Protocols that are used and not named, or named twice. */
function strangersAmong(
  steps: readonly Step[],
  listeners: readonly (Listener | undefined)[],
): readonly Pick<ParseProblem, 'line' | 'problem'>[] {
  const named = listeners.map((listener) => listener?.protocol)
  const twice = named.find((protocol, index) => named.indexOf(protocol) !== index)
  const unnamed = steps.filter(
    (step) => step.kind === 'opens' && step.protocol !== '' && !named.includes(step.protocol),
  )
  return [
    ...(twice === undefined ? [] : [{ line: 1, problem: `${twice} has two listeners` }]),
    ...unnamed.map((step) => ({
      line: step.line,
      problem: 'this protocol is named neither by "protocol" nor by "also"',
    })),
  ]
}
