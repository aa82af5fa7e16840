import { citationsIn } from './ledger-citations.ts'

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

/** Why a clause needs no proof. */
export interface Waiver {
  readonly name: string
  readonly reason: string
}

/** A transcript or a test, with the comment that says what it proves. */
export interface Evidence {
  /** `helo/groups/kick`, or the title of a test. */
  readonly name: string
  /** From the root of the project. */
  readonly path: string
  readonly comment: readonly string[]
}

export interface Entry extends Clause {
  readonly provenBy: readonly Evidence[]
  /** What mentions the clause and does not claim to prove it. */
  readonly citedBy: readonly Evidence[]
  /** The reason why nothing proves it, where one is given. */
  readonly waiver: string | null
}

export interface Ledger {
  readonly chapters: readonly { readonly title: string; readonly entries: readonly Entry[] }[]
  /** What is wrong, one sentence each; a project in order has none. */
  readonly problems: readonly string[]
}

/** What proves what. Never throws: what does not fit together is a problem in the ledger. */
export function ledgerOf(
  chapters: readonly Chapter[],
  waivers: readonly Waiver[],
  evidence: readonly Evidence[],
): Ledger {
  const problems: string[] = []
  const known = new Set<string>()
  for (const { name } of chapters.flatMap(({ clauses }) => clauses)) {
    if (known.has(name)) problems.push(`${name} is listed twice`)
    known.add(name)
  }
  const provenBy = new Map<string, Evidence[]>()
  const citedBy = new Map<string, Evidence[]>()
  for (const each of evidence) {
    const { proven, mentioned, vague } = citationsIn(each.comment)
    const where = whereIs(each)
    if (proven.length === 0) problems.push(`${where} proves nothing: no clause or ruling stands in front of a colon`)
    for (const document of vague) problems.push(`${where} cites ${document} without a clause`)
    for (const name of [...proven, ...mentioned]) {
      if (!known.has(name)) problems.push(`${where} cites ${name}, which does not exist`)
    }
    for (const name of proven) add(provenBy, name, each)
    for (const name of mentioned) add(citedBy, name, each)
  }
  const reasons = new Map(waivers.map(({ name, reason }) => [name, reason]))
  if (reasons.size < waivers.length) problems.push('a clause is waived twice')
  for (const name of reasons.keys()) {
    if (!known.has(name)) problems.push(`${name} is waived and does not exist`)
    const proofs = provenBy.get(name) ?? []
    if (proofs.length > 0) problems.push(`${name} is waived and proven by ${proofs.map(whereIs).join(', ')}`)
  }
  const entry = (clause: Clause): Entry => {
    const proofs = provenBy.get(clause.name) ?? []
    const waiver = reasons.get(clause.name) ?? null
    if (proofs.length === 0 && waiver === null) problems.push(`${clause.name} is neither proven nor waived`)
    return { ...clause, provenBy: proofs, citedBy: citedBy.get(clause.name) ?? [], waiver }
  }
  return { chapters: chapters.map(({ title, clauses }) => ({ title, entries: clauses.map(entry) })), problems }
}

function add(to: Map<string, Evidence[]>, name: string, evidence: Evidence): void {
  to.set(name, [...(to.get(name) ?? []), evidence])
}

function whereIs({ name, path }: Evidence): string {
  return path.includes(name) ? path : `${path} "${name}"`
}
