import type { Body } from '@parley/protocols'
import type { Fault, FaultyConnection } from '../faulty-server.ts'

/** A server with one fault, of the kinds that people who write one make. */
export interface Mutant extends Fault {
  readonly what: string
  /** The transcripts that are played against it: parts of their paths. */
  readonly only: readonly string[]
  /** Time has to pass until it shows. */
  readonly inTime?: true
}

export const others = ({ all }: FaultyConnection, own: FaultyConnection) => [...all].filter((each) => each !== own)
export const replacing = (from: RegExp, to: string) => (line: string) => line.replace(from, to)
export const changing = (change: (body: Body) => Body | null | undefined) => (line: string) => {
  const changed = change(JSON.parse(line) as Body)
  return changed === undefined || changed === null ? changed : JSON.stringify(changed)
}
export const without = (body: Body, member: string) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== member))
export const dropping = (form: RegExp) => (line: string) => (form.test(line) ? null : undefined)
