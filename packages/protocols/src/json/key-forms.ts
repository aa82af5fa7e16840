import type { KeyEvent } from '@parley/core'
import type { Body } from './body.ts'
import type { JsonMessage } from './codec.ts'
import { refuse } from './replies.ts'

type Heard<Kind> = Extract<KeyEvent, { kind: Kind }>

/** Where the two forms of J-1 differ in sealed messages (J-17, J-18). */
export interface KeyForm {
  /** The member of SECURE_MESSAGE that holds the message. */
  readonly sealedMember: 'message' | 'encryptedMessage'
  publicKey(heard: Heard<'public-key'>): Body
  sealedMessage(heard: Heard<'sealed-message'>): Body
  /** What a SECURE_MESSAGE_REQ or SECURE_MESSAGE that cannot be delivered is answered with. */
  refusal(code: number): JsonMessage
}

export const documentKeys: KeyForm = {
  sealedMember: 'message',
  publicKey: ({ user, key }) => ({ receiver: user, publicKey: key }),
  sealedMessage: ({ from, sessionKey, message }) => ({ sender: from, sessionKey, message }),
  refusal: (code) => refuse('SECURE_MESSAGE_RES', code),
}

export const fieldKeys: KeyForm = {
  sealedMember: 'encryptedMessage',
  publicKey: ({ to, user, key }) => ({ sender: to, receiver: user, publicKey: key }),
  sealedMessage: ({ from, to, sessionKey, message }) => {
    return { sender: from, receiver: to, sessionKey, encryptedMessage: message }
  },
  // Clients in the field go deaf on a SECURE_MESSAGE_RES without a key.
  refusal: (code) => refuse('PRIVATE_MESSAGE_RESP', code),
}
