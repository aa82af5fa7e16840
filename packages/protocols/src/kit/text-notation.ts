import type { Notation } from '../protocol.ts'
import { encodeText } from './text.ts'

/**
 * For a connection that carries bytes: text is written as it stands, and what comes is wanted as
 * raw or hex.
 */
export const textNotation: Notation = {
  write: encodeText,
  read: () => ({ lines: [], used: 0 }),
}
