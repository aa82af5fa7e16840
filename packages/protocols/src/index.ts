import { chatos } from './chatos/index.ts'
import { cp } from './cp/index.ts'
import { helo } from './helo/index.ts'
import { ident } from './ident/index.ts'
import { json } from './json/index.ts'
import type { Protocol } from './protocol.ts'

/** Every protocol that this server speaks, in the order in which they are listed and listened to. */
export const protocols: readonly Protocol<unknown, unknown>[] = [ident, helo, json, cp, chatos]

export { lineNotation } from './kit/line-notation.ts'
export type * from './protocol.ts'
