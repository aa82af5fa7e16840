import { citationsIn } from './ledger-citations.ts'
import type { Transcript } from './transcript.ts'

/** One sentence of a document, or one ruling. */
export interface Clause {
  /** How it is cited: `json.txt 8 code 6007`, `X-5`. */
  readonly name: string
  /** What it says, in one line. */
  readonly says: string
}

/** The clauses of one document, or the rulings of one page, in their order. */
export interface Chapter {
  readonly title: string
  readonly clauses: readonly Clause[]
}

/** Why a clause has no transcript. */
export interface Excuse {
  readonly name: string
  readonly reason: string
}

export interface Entry extends Clause {
  /** The files of the transcripts that cite it, in alphabetical order. */
  readonly provenBy: readonly string[]
  /** The reason why no transcript does, where one is given. */
  readonly excuse: string | null
}

export interface Ledger {
  readonly chapters: readonly { readonly title: string; readonly entries: readonly Entry[] }[]
  /** What is wrong, one sentence each; a project in order has none. */
  readonly problems: readonly string[]
}

type Proof = Pick<Transcript, 'file' | 'proves'>

/** Which transcripts prove what. Never throws: what does not fit together is a problem in the ledger. */
export function ledgerOf(
  chapters: readonly Chapter[],
  excuses: readonly Excuse[],
  transcripts: readonly Proof[],
): Ledger {
  const problems: string[] = []
  const provenBy = new Map<string, string[]>()
  for (const { name } of chapters.flatMap(({ clauses }) => clauses)) {
    if (provenBy.has(name)) problems.push(`${name} is listed twice`)
    provenBy.set(name, [])
  }
  for (const { file, proves } of transcripts) {
    const { names, vague } = citationsIn(proves)
    if (names.length === 0) problems.push(`${file} cites nothing`)
    for (const document of vague) problems.push(`${file} cites ${document} without a clause`)
    for (const name of names) {
      const files = provenBy.get(name)
      if (files) files.push(file)
      else problems.push(`${file} cites ${name}, which does not exist`)
    }
  }
  const reasons = new Map(excuses.map(({ name, reason }) => [name, reason]))
  if (reasons.size < excuses.length) problems.push('a clause is excused twice')
  for (const name of reasons.keys()) {
    const files = provenBy.get(name)
    if (!files) problems.push(`${name} is excused and does not exist`)
    else if (files.length > 0) problems.push(`${name} is excused and proven by ${files.join(', ')}`)
  }
  const entry = (clause: Clause): Entry => {
    const files = [...(provenBy.get(clause.name) ?? [])].sort()
    const excuse = reasons.get(clause.name) ?? null
    if (files.length === 0 && excuse === null) problems.push(`${clause.name} is neither proven nor excused`)
    return { ...clause, provenBy: files, excuse }
  }
  return { chapters: chapters.map(({ title, clauses }) => ({ title, entries: clauses.map(entry) })), problems }
}
