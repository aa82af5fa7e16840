import type { Wire } from '@parley/core'
import type { JsonMessage } from './codec.ts'
import { documentWire, fieldWire } from './wire.ts'

/** The word that signs in chooses in which of two forms this connection is spoken to (J-1). */
export interface Form {
  readonly wire: Wire
  disconnection(reason: number): JsonMessage
}

/** After LOGIN_REQ, and as long as nothing was chosen. */
export const documentForm: Form = {
  wire: documentWire,
  disconnection: (reason) => ({ header: 'DSCN', body: { reason } }),
}

/** After LOGIN, as programs in the field send it. They reject a whole message for one member that they do not know. */
export const fieldForm: Form = {
  wire: fieldWire,
  disconnection: (reason) => ({ header: 'DSCN', body: { reason, code: reason } }), // J-5
}
