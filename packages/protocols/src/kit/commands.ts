/** One row of a protocol's table of commands. */
export interface Command<When, Session, Said> {
  /** Who may say it, or in which states. */
  readonly when: When
  /** Takes apart what was said. null: it is malformed, and there is nothing to run. */
  readonly parse: (said: Said) => ((session: Session) => void | Promise<void>) | null
}

/** Who may say a command, where a protocol tells no more states than these. */
export type When = 'anyone' | 'signed-in' | 'signed-out'

/**
 * Every command of a protocol by its name: the first thing to read of it. Tables end in `satisfies
 * CommandTable<…>`.
 */
export type CommandTable<When, Session, Said> = { readonly [name: string]: Command<When, Session, Said> }

interface Row<When, Session, Said, Read> {
  readonly when: When
  /** What `run` is given, made of what was said; null: it is malformed. */
  readonly read: (said: Said) => Read | null
  /** The promise, where there is one, is awaited before the next command. */
  readonly run: (session: Session, read: Read) => void | Promise<void>
}

/** A row whose `run` takes what was said as it is. */
type PlainRow<When, Session, Said> = Omit<Row<When, Session, Said, Said>, 'read'>

/** A row of a table. The compiler holds `run` against what `read` returns. */
export function command<const When, Session, Said, Read>(
  row: Row<When, Session, Said, Read>,
): Command<When, Session, Said>
export function command<const When, Session, Said>(row: PlainRow<When, Session, Said>): Command<When, Session, Said>
export function command<When, Session, Said>(
  row: PlainRow<When, Session, Said> | Row<When, Session, Said, unknown>,
): Command<When, Session, Said> {
  const { when, run } = row
  if (!('read' in row)) return { when, parse: (said) => (session) => run(session, said) }
  return {
    when,
    parse(said) {
      const read = row.read(said)
      return read === null ? null : (session) => row.run(session, read)
    },
  }
}

/** undefined: the table has no such command. */
export function commandNamed<C>(table: { readonly [name: string]: C }, name: string): C | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
