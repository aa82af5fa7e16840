import type { Body } from '@parley/protocols'

/** A client in the field keeps the size in 32 bits (J-15). */
const fieldSizes = 2_147_483_647

/** What is sent in one of the two forms of J-1. Both are understood when they are heard. */
export interface SaidForm {
  keyRequest(me: string, receiver: string): Body
  key(me: string, asker: string, publicKey: string): Body
  sealed(me: string, receiver: string, sessionKey: string, message: string): Body
  file(receiver: string, filename: string, size: number, md5: string): Body
}

export const documentForm: SaidForm = {
  keyRequest: (_, receiver) => ({ receiver }),
  key: (_, asker, publicKey) => ({ sender: asker, publicKey }),
  sealed: (sender, receiver, sessionKey, message) => ({ sender, receiver, sessionKey, message }),
  file: (receiver, filename, size, checksum) => ({ receiver, filename, size, checksum }),
}

/** Programs in the field reject a whole message for one member that they do not know. */
export const fieldForm: SaidForm = {
  keyRequest: (sender, receiver) => ({ sender, receiver }),
  key: (receiver, asker, publicKey) => ({ sender: asker, receiver, publicKey }),
  sealed: (sender, receiver, sessionKey, encryptedMessage) => ({ sender, receiver, sessionKey, encryptedMessage }),
  file: (receiver, filename, size) => ({ receiver, filename, ...(size <= fieldSizes && { size }) }),
}
