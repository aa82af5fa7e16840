import { reportFailure } from '../report.ts'
import { tallyOf, type CheckResult, type CheckRun } from '../results.ts'
import type { Reporter } from './reporter.ts'

/** XML as continuous integration reads it: a suite for each chapter, a case for each transcript. */
export function junit(): Reporter {
  return { heard: () => '', end: document }
}

function document({ subject, results, ms }: CheckRun): string {
  const chapters = [...new Set(results.map(({ chapter }) => chapter))].toSorted()
  const suites = chapters.flatMap((chapter) => {
    const own = results.filter((result) => result.chapter === chapter)
    const time = own.reduce((sum, result) => sum + result.ms, 0)
    return [`  <testsuite ${named(chapter, own, time)}>`, ...own.flatMap(testCase), '  </testsuite>']
  })
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${named(subject, results, ms)}>`]
  return `${[...lines, ...suites, '</testsuites>'].join('\n')}\n`
}

function named(name: string, results: readonly CheckResult[], ms: number): string {
  const { failed, skipped } = tallyOf(results)
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}"`
  return `name="${escaped(name)}" ${counts} time="${seconds(ms)}"`
}

function testCase({
  name,
  file,
  chapter,
  outcome,
  reason,
  proves,
  meaning,
  failure,
  ms,
}: CheckResult): readonly string[] {
  const head = `    <testcase classname="${escaped(chapter)}" name="${escaped(name)}" time="${seconds(ms)}"`
  if (outcome === 'passed') return [`${head}/>`]
  if (outcome === 'skipped')
    return [`${head}>`, `      <skipped message="${escaped(reason ?? '')}"/>`, '    </testcase>']
  const report = failure ? reportFailure({ file, proves, meaning }, failure) : ''
  const message = escaped(failure?.problem ?? '')
  return [`${head}>`, `      <failure message="${message}">${escaped(report)}</failure>`, '    </testcase>']
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}

/** What XML 1.0 has no place for becomes a question mark. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
