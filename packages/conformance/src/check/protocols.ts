import { chatos } from './chatos.ts'
import type { CheckedProtocol } from './checked-protocol.ts'
import { cp } from './cp.ts'
import { helo } from './helo.ts'
import { ident } from './ident.ts'
import { json } from './json.ts'
import { parley } from './parley.ts'

/** The protocols that `parley check` knows, by their names. A new protocol is a new row. */
export const checkedProtocols: Readonly<Record<string, CheckedProtocol>> = { ident, helo, json, cp, chatos, parley }
