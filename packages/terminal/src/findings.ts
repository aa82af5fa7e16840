import type { Finding } from '@parley/server'
import type { ExitCode, Streams } from './streams.ts'

const marks = { good: 'good   ', warning: 'WARNING', problem: 'PROBLEM' } satisfies Record<Finding['level'], string>

/** A line for each finding, and one more for what to do. Returns 1 where something does not work. */
export function showFindings(findings: readonly Finding[], asJson: boolean, { output }: Streams): ExitCode {
  for (const finding of findings) output.write(asJson ? `${JSON.stringify(finding)}\n` : forPeople(finding))
  return findings.some(({ level }) => level === 'problem') ? 1 : 0
}

function forPeople({ about, level, message, todo }: Finding): string {
  const line = `${marks[level]}  ${about}: ${message}\n`
  return todo === null ? line : `${line}         ${todo}\n`
}
