import { companions, protocols, type Notation } from '@parley/protocols'
import { openings, type Opening } from './openings.ts'

/** What transcripts need to know of a protocol. */
interface SpokenProtocol {
  readonly notation: Notation
  /** The usual openings, by what stands behind `signs in by`; absent: its clients connect only. */
  readonly openings?: ReadonlyMap<string, Opening>
}
/** By name. A protocol that is not in it cannot be used in a transcript. */
export type SpokenProtocols = ReadonlyMap<string, SpokenProtocol>

/** Every protocol of this project, and the listeners that come with one. */
export const spokenProtocols: SpokenProtocols = new Map<string, SpokenProtocol>([
  ...protocols.map(({ name, notation }): [string, SpokenProtocol] => {
    const own = openings[name]
    return [name, { notation, ...(own && { openings: new Map(Object.entries(own)) }) }]
  }),
  ...companions,
])
