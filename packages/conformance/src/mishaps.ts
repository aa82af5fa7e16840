import type { Connection } from './connection.ts'
import { describeBytes, hexOf } from './frames.ts'
import type { Ear, Hearing } from './hearing.ts'
import { placeholdersIn } from './placeholders.ts'
import type { Mishap } from './verdict.ts'

export function mishap(problem: string): Mishap {
  return { problem, wanted: [], got: [], meanings: [] }
}

/** Wants that were not met: those that are missing, against what their clients received in their stead. */
export function unmet(hearing: Hearing, ears: ReadonlyMap<string, Ear>, patienceMs: number): Mishap {
  const { kind, missing, taken, bindings } = hearing
  const clients = [...new Set(missing.map((want) => want.client))]
  const got = clients.flatMap((client) => {
    const inBytes = missing.some((want) => want.client === client && want.payload.form === 'bytes')
    return whatCame(client, ears.get(client)!, taken.get(client) ?? 0, inBytes)
  })
  const texts = missing.map(({ payload }) => (payload.form === 'notation' ? payload.text : ''))
  const meanings = [...new Set(texts.flatMap(placeholdersIn))].flatMap((name) => {
    const text = bindings.get(name)
    return text === undefined ? [] : [{ name, text }]
  })
  const who = clients.join(' and ')
  return {
    problem: kind === 'unmet' ? `${who} heard something else` : `${who} heard too little within ${patienceMs} ms`,
    wanted: missing.map((want) => want.source),
    got: got.length > 0 ? got : ['nothing'],
    meanings,
  }
}

/**
 * What came and was asked for by nobody, also an end of the connection; undefined where there is nothing of the
 * kind.
 */
export function unasked(connections: readonly Connection[], problem: string): Mishap | undefined {
  const got = connections.flatMap((connection) => {
    const { client, notation, unheard, own, endAsked } = connection
    const over = connection.over && own !== 'gone' && !endAsked
    return whatCame(client, { notation, unheard, over }, 0, false)
  })
  return got.length === 0 ? undefined : { problem, wanted: ['nothing'], got, meanings: [] }
}

function whatCame(client: string, ear: Ear, from: number, inBytes: boolean): readonly string[] {
  const bytes = ear.unheard.subarray(from)
  const lines = inBytes && bytes.length > 0 ? [hexOf(bytes)] : describeBytes(ear.notation, bytes)
  return [...lines, ...(ear.over ? ['[closed]'] : [])].map((line) => `S -> ${client}: ${line}`)
}
