import { chatos } from './chatos/index.ts'
import { cp } from './cp/index.ts'
import { json } from './json/index.ts'
import { ident } from './ident/index.ts'
import { helo } from './helo/index.ts'
import type { ClientProtocol } from './speaker.ts'

/** Every protocol that this client speaks. */
export const languages: readonly ClientProtocol[] = [ident, helo, json, cp, chatos]
