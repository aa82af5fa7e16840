import type { Wire } from '@parley/core'
import type { JsonMessage } from './codec.ts'
import { documentFiles, fieldFiles, type FileForm } from './file-forms.ts'
import { documentGuessAnswer, fieldGuessAnswer, type GuessAnswer } from './game-replies.ts'
import { documentKeys, fieldKeys, type KeyForm } from './key-forms.ts'
import { documentWire, fieldWire } from './wire.ts'

/** The word that signs in chooses in which of two forms this connection is spoken to (J-1). */
export interface Form {
  readonly wire: Wire
  readonly keys: KeyForm
  readonly files: FileForm
  disconnection(reason: number): JsonMessage
  guessAnswer(answer: GuessAnswer): JsonMessage
}

/** After LOGIN_REQ, and as long as nothing was chosen. */
export const documentForm: Form = {
  wire: documentWire,
  keys: documentKeys,
  files: documentFiles,
  disconnection: (reason) => ({ header: 'DSCN', body: { reason } }),
  guessAnswer: documentGuessAnswer,
}

/**
 * After LOGIN, as programs in the field send it. They reject a whole message for one member that
 * they do not know.
 */
export const fieldForm: Form = {
  wire: fieldWire,
  keys: fieldKeys,
  files: fieldFiles,
  disconnection: (reason) => ({ header: 'DSCN', body: { reason, code: reason } }), // J-5
  guessAnswer: fieldGuessAnswer,
}
