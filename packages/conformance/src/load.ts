import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseTranscript, type ParseProblem } from './parse.ts'
import type { Transcript } from './transcript.ts'

const shipped = fileURLToPath(new URL('../transcripts', import.meta.url))

/** A transcript as it is written down. */
export interface TranscriptSource {
  readonly file: string
  readonly text: string
}

/**
 * The transcripts of a directory and those below it, without an argument those that are shipped, in
 * alphabetical order of their paths. One that cannot be played is a bug, so it throws and names
 * every line that is wrong.
 */
export function loadTranscripts(directory: string = shipped): readonly Transcript[] {
  const problems: ParseProblem[] = []
  const transcripts: Transcript[] = []
  for (const { file, text } of readTranscripts(directory)) {
    const parsed = parseTranscript(file, text)
    if (parsed.ok) transcripts.push(parsed.value)
    else problems.push(...parsed.problems)
  }
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'))
  return transcripts
}

/** The same, as they are written. */
export function readTranscripts(directory: string = shipped): readonly TranscriptSource[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.transcript'))
    .map((file) => file.replaceAll(sep, '/'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(directory, file), 'utf8') }))
}

/** `ident/sign-in/sign-in.transcript:7: there is no bob here; connected so far: ann` */
export function describeProblem(problem: ParseProblem): string {
  return `${problem.file}:${problem.line}: ${problem.problem}`
}
