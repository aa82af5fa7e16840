import { chatos } from './chatos.ts'
import { cp } from './cp.ts'
import type { JudgedProtocol } from './demand.ts'
import { helo } from './helo.ts'
import { ident } from './ident.ts'
import { json } from './json.ts'
import { parley } from './parley.ts'

/** The protocols whose clients `parley check client` judges. A new protocol is a new row. */
export const judgedProtocols: Readonly<Record<string, JudgedProtocol>> = { ident, helo, json, cp, chatos, parley }
