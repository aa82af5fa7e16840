import { chatos } from './chatos.ts'
import { cp } from './cp.ts'
import { helo } from './helo.ts'
import { ident } from './ident.ts'
import { json } from './json.ts'
import { parley } from './parley.ts'

/** By protocol. */
const faulty = { ident, helo, json, chatos, cp, parley }

export const mutants = Object.entries(faulty).flatMap(([protocol, all]) =>
  all.map((mutant) => ({ protocol, ...mutant })),
)
