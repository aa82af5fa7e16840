import { reportFailure } from '../report.ts'
import { tallyOf, type CheckResult, type CheckRun } from '../results.ts'
import type { Reporter } from './reporter.ts'

/** A page for a pull request or a course: a table of the chapters, and each failure in full. */
export function markdown(): Reporter {
  return { heard: () => '', end: page }
}

function page({ subject, results, ms, interrupted }: CheckRun): string {
  const { passed, failed, skipped } = tallyOf(results)
  const lines = [
    `# Check of ${subject}`,
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped in ${(ms / 1_000).toFixed(1)} s.${interrupted ? ' Interrupted.' : ''}`,
    '',
    '| chapter | passed | failed | skipped |',
    '|---|---:|---:|---:|',
    ...[...new Set(results.map(({ chapter }) => chapter))].toSorted().map((chapter) => {
      const own = tallyOf(results.filter((result) => result.chapter === chapter))
      return `| ${chapter} | ${own.passed} | ${own.failed} | ${own.skipped} |`
    }),
    ...results.filter(({ outcome }) => outcome === 'failed').flatMap(failureSection),
  ]
  return `${lines.join('\n')}\n`
}

function failureSection({ name, file, proves, meaning, failure }: CheckResult): readonly string[] {
  if (!failure) return []
  const report = reportFailure({ file, proves, meaning }, failure)
  // A server may have sent what would end the block.
  const fence = '`'.repeat(Math.max(3, ...Array.from(report.matchAll(/`+/g), ([run]) => run.length + 1)))
  return ['', `## ${name}`, '', `${fence}text`, ...report.split('\n'), fence]
}
