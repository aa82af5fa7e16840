import { reportFailure, visible } from '../report.ts'
import { tallyOf, type CheckResult, type CheckRun } from '../results.ts'
import type { Look, Reporter } from './reporter.ts'

/**
 * A line for each failure at once. At the end the one of each chapter that is to be mended first, in
 * full, a table of the chapters and what was left out. The others have mostly the same cause.
 */
export function people({ colour, full }: Look): Reporter {
  const paint = (code: number) => (text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  const paints: Paints = { bold: paint(1), red: paint(31), green: paint(32), dim: paint(2) }
  const whole = (result: CheckResult) => failed(result, paints)
  return {
    heard(result) {
      if (result.outcome !== 'failed') return ''
      return full ? whole(result) : inShort(result, paints)
    },
    end(run) {
      const first = full
        ? ''
        : firstOfChapters(run)
            .map((result) => `\n${whole(result).trimEnd()}\n`)
            .join('')
      const rest = [...chapters(run, paints), ...shortened(run, full), ...leftOut(run), ...fieldForms(run)]
      return `${first}${first === '' ? '' : '\n'}${[...rest, '', sum(run, paints)].join('\n')}\n`
    },
  }
}

/** Sentences of the documents before rulings, and what goes wrong soon before what goes wrong later. */
function firstOfChapters({ results }: CheckRun): readonly CheckResult[] {
  const failures = results
    .filter(({ outcome }) => outcome === 'failed')
    .toSorted((one, other) => rankOf(one) - rankOf(other))
  const firsts = [...new Set(failures.map(({ chapter }) => chapter))].map((name) => {
    return failures.find(({ chapter }) => chapter === name)!
  })
  return firsts.toSorted((one, other) => rankOf(other) - rankOf(one))
}

function rankOf({ proves, failure }: CheckResult): number {
  const ofDocument = proves.some((line) => /^[a-z]+\.txt\b/.test(line))
  const spoken = failure?.conversation.length ?? 0
  return ofDocument ? spoken : spoken + 1_000
}

type Paint = (text: string) => string
interface Paints {
  readonly bold: Paint
  readonly red: Paint
  readonly green: Paint
  readonly dim: Paint
}

/** The first line of a report says where and what; the rest is indented below it. */
function failed({ file, proves, meaning, failure }: CheckResult, { bold, red, dim }: Paints): string {
  if (!failure) return ''
  const report = reportFailure({ file, proves, meaning }, failure)
  const lines = report.split('\n').map((line, index) => {
    if (index === 0) return `${red('FAILED')} ${bold(line)}`
    if (/^\S.*:$/.test(line)) return `  ${dim(line)}`
    return line === '' ? '' : `  ${/^\s+\^\^/.test(line) ? red(line) : line}`
  })
  return `${lines.join('\n')}\n\n`
}

function inShort({ file, failure }: CheckResult, { red, bold }: Paints): string {
  if (!failure) return ''
  const { problem, place } = failure
  return `${red('FAILED')} ${bold(`${file}${place.line > 0 ? `:${place.line}` : ''}: ${visible(problem)}`)}\n`
}

function shortened({ results }: CheckRun, full: boolean): readonly string[] {
  const failures = results.filter(({ outcome }) => outcome === 'failed')
  const chapters = new Set(failures.map(({ chapter }) => chapter)).size
  if (full || failures.length === chapters) return []
  return ['', 'Of each chapter the failure to mend first stands in full above. --full says as much of all.']
}

function chapters({ results }: CheckRun, { red, green, dim }: Paints): readonly string[] {
  const names = [...new Set(results.map(({ chapter }) => chapter))].toSorted()
  const width = Math.max(0, ...names.map((name) => name.length))
  return names.map((name) => {
    const { passed, failed, skipped } = tallyOf(results.filter(({ chapter }) => chapter === name))
    const parts = [
      ...(passed > 0 ? [green(`${String(passed).padStart(3)} passed`)] : [' '.repeat(10)]),
      ...(failed > 0 ? [red(`${failed} failed`)] : []),
      ...(skipped > 0 ? [dim(`${skipped} skipped`)] : []),
    ]
    return `  ${name.padEnd(width)}  ${parts.join('  ')}`
  })
}

/** Reasons, the most frequent first. Numbers in them differ, what to do does not. */
function leftOut({ results }: CheckRun): readonly string[] {
  const reasons = new Map<string, number>()
  for (const { reason } of results) {
    if (reason === undefined) continue
    const kind = /--real-time/.test(reason)
      ? 'it waits for time to pass: --real-time plays it'
      : reason.replace(/^(somebody else is on this server): .*$/s, '$1')
    reasons.set(kind, (reasons.get(kind) ?? 0) + 1)
  }
  if (reasons.size === 0) return []
  const rows = [...reasons].toSorted(([, one], [, other]) => other - one)
  return ['', 'Skipped:', ...rows.map(([reason, count]) => `  ${String(count).padStart(3)}  ${reason}`)]
}

function fieldForms({ results }: CheckRun): readonly string[] {
  const rulings = [...new Set(results.flatMap((result) => result.fieldForms ?? []))].toSorted()
  if (rulings.length === 0) return []
  return ['', `Accepted as programs in the field say it (${rulings.join(', ')}). --strict does not.`]
}

function sum(run: CheckRun, { bold, red, green }: Paints): string {
  const { passed, failed, skipped } = tallyOf(run.results)
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`
  const verdict = `${run.subject}: ${counts} in ${(run.ms / 1_000).toFixed(1)} s`
  const painted = failed > 0 ? red : green
  return `${bold(painted(verdict))}${run.interrupted ? '\nInterrupted: what was not played yet is not counted.' : ''}`
}
