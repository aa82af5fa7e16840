import { chatos } from './chatos/index.ts'
import type { ClientProtocol } from './client-protocol.ts'
import { cp } from './cp/index.ts'
import { helo } from './helo/index.ts'
import { ident } from './ident/index.ts'
import { json } from './json/index.ts'
import { parley } from './parley/index.ts'

/** Every protocol that this client speaks. */
export const clientProtocols: readonly ClientProtocol[] = [ident, helo, json, cp, chatos, parley]
