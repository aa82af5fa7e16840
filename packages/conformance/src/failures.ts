import type { Connection } from './connection.ts'
import { describeBytes, firstFrame, hexOf } from './frames.ts'
import type { Hearing, Inbox } from './hearing.ts'
import { likely, placeholdersIn } from './placeholders.ts'
import type { Notation } from '@parley/protocols'
import type { Expectation } from './transcript.ts'
import type { Failure } from './verdict.ts'

export function failure(problem: string): Failure {
  return { problem, expected: [], heard: [], meanings: [] }
}

/**
 * Expectations that were not met: those that are missing, and what their actors received instead.
 */
export function unmet(hearing: Hearing, inboxes: ReadonlyMap<string, Connection>, patienceMs: number): Failure {
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
  const flooded = actors.find((actor) => inboxes.get(actor)!.flooded)
  const aside = actors.flatMap((actor) => inboxes.get(actor)!.aside.map((line) => `${actor} <- ${line}`))
  return {
    problem:
      flooded !== undefined
        ? `${flooded} was sent more than any transcript wants to hear, and hung up`
        : kind === 'unmet'
          ? `${who} heard something else than the transcript says`
          : `${who} waited ${patienceMs} ms and heard less than the transcript says`,
    expected: missing.map((expectation) => expectation.line),
    heard: heard.length > 0 ? heard : ['nothing'],
    meanings,
    ...(aside.length > 0 && { aside }),
    ...bytesOf(missing[0], hearing, inboxes),
  }
}

/** What was wanted and what came, for the first expectation that was not met. */
function bytesOf(
  expectation: Expectation | undefined,
  { taken, bindings }: Hearing,
  inboxes: ReadonlyMap<string, Inbox>,
): Pick<Failure, 'bytes'> {
  if (!expectation || expectation.payload.form === 'closed') return {}
  const { actor, payload } = expectation
  const { notation, unheard } = inboxes.get(actor)!
  const rest = unheard.subarray(taken.get(actor) ?? 0)
  if (payload.form === 'bytes') {
    return { bytes: { expected: payload.bytes, received: rest.subarray(0, payload.bytes.length) } }
  }
  const frame = firstFrame(notation, rest)
  const expected = writtenAs(notation, likely(payload.text, frame?.text ?? '', bindings))
  if (!expected) return {}
  return { bytes: { expected, received: frame ? rest.subarray(0, frame.used) : rest } }
}

/** A line with an unbound placeholder may be none of the notation. */
function writtenAs(notation: Notation, line: string): Uint8Array | undefined {
  try {
    return notation.write(line)
  } catch {
    return undefined
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
