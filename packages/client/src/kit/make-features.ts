import type { Features } from '../features.ts'

/** What makes each feature of a connection: a protocol's table of what its clients can do. */
export type FeatureTable<Connection> = {
  readonly [F in keyof Features]: new (connection: Connection) => NonNullable<Features[F]>
}

/** The features that a table makes. */
export type MadeBy<Table> = {
  readonly [F in keyof Table]: Table[F] extends new (connection: never) => infer Made ? Made : never
}

/** Makes every feature of the table for one connection. */
export function makeFeatures<Connection, Table extends FeatureTable<Connection>>(
  table: Table,
  connection: Connection,
): MadeBy<Table> {
  const made = Object.entries(table).map(([name, Feature]) => [name, new Feature(connection)] as const)
  return Object.fromEntries(made) as MadeBy<Table>
}
