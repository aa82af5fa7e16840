import type { Connection } from './connection.ts'
import { describeBytes, hexOf } from './frames.ts'
import type { Hearing, Inbox } from './hearing.ts'
import { placeholdersIn } from './placeholders.ts'
import type { Failure } from './verdict.ts'

export function failure(problem: string): Failure {
  return { problem, expected: [], heard: [], meanings: [] }
}

/**
 * Expectations that were not met: those that are missing, and what their actors received instead.
 */
export function unmet(hearing: Hearing, inboxes: ReadonlyMap<string, Inbox>, patienceMs: number): Failure {
  const { kind, missing, taken, bindings } = hearing
  const actors = [...new Set(missing.map((expectation) => expectation.actor))]
  const heard = actors.flatMap((actor) => {
    const inBytes = missing.some((expectation) => expectation.actor === actor && expectation.payload.form === 'bytes')
    return whatCame(actor, inboxes.get(actor)!, taken.get(actor) ?? 0, inBytes)
  })
  const texts = missing.map(({ payload }) => (payload.form === 'notation' ? payload.text : ''))
  const meanings = [...new Set(texts.flatMap(placeholdersIn))].flatMap((name) => {
    const text = bindings.get(name)
    return text === undefined ? [] : [{ name, text }]
  })
  const who = actors.join(' and ')
  return {
    problem:
      kind === 'unmet'
        ? `${who} heard something else than the transcript says`
        : `${who} waited ${patienceMs} ms and heard less than the transcript says`,
    expected: missing.map((expectation) => expectation.line),
    heard: heard.length > 0 ? heard : ['nothing'],
    meanings,
  }
}

/**
 * What came and nobody expected, also an end of the connection; undefined where there is nothing of
 * the kind.
 */
export function unexpected(connections: readonly Connection[], problem: string): Failure | undefined {
  const heard = connections.flatMap((connection) => {
    const { actor, notation, unheard, own, endExpected } = connection
    const over = connection.over && own !== 'gone' && !endExpected
    return whatCame(actor, { notation, unheard, over }, 0, false)
  })
  return heard.length === 0 ? undefined : { problem, expected: ['nothing'], heard, meanings: [] }
}

function whatCame(actor: string, inbox: Inbox, from: number, inBytes: boolean): readonly string[] {
  const bytes = inbox.unheard.subarray(from)
  const lines = inBytes && bytes.length > 0 ? [hexOf(bytes)] : describeBytes(inbox.notation, bytes)
  return [...lines, ...(inbox.over ? ['[closed]'] : [])].map((line) => `${actor} <- ${line}`)
}
