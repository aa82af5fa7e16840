import { isBody, textMember, type Body } from '@parley/protocols'

/** A client in the field keeps the size in 32 bits (J-15). */
const fieldSizes = 2_147_483_647

/**
 * How one server is spoken to: what differs between the two forms of J-1, and from server to
 * server.
 */
export interface Form {
  /** The body of BROADCAST_REQ. */
  broadcast(text: string): Body | string
  /** What was said, from the member `message` of BROADCAST. */
  broadcastText(message: string): string
  /** Whether the server takes two spellings for one user. */
  isSameUser(one: string, other: string): boolean
  keyRequest(me: string, receiver: string): Body
  key(me: string, asker: string, publicKey: string): Body
  sealed(me: string, receiver: string, sessionKey: string, message: string): Body
  file(me: string, receiver: string, filename: string, size: number, md5: string): Body
  /** Bytes of a file whose offer says `size`; null: it was not given. */
  sizeOf(size: number | null): number | null
  /**
   * How long after the last byte a server may take to hang up, by which it says that all of it
   * arrived.
   */
  readonly confirmationMs: number
}

export const documentForm: Form = {
  broadcast: (message) => ({ message }),
  broadcastText: (message) => message,
  isSameUser: (one, other) => one.toLowerCase() === other.toLowerCase(),
  keyRequest: (_, receiver) => ({ receiver }),
  key: (_, asker, publicKey) => ({ sender: asker, publicKey }),
  sealed: (sender, receiver, sessionKey, message) => ({ sender, receiver, sessionKey, message }),
  file: (_, receiver, filename, size, checksum) => ({ receiver, filename, size, checksum }),
  sizeOf: (size) => size,
  // As long as our server waits for a receiver that takes nothing (J-16).
  confirmationMs: 60_000,
}

/** Programs in the field reject a whole message for one member that they do not know. */
export const fieldForm: Form = {
  ...documentForm,
  keyRequest: (sender, receiver) => ({ sender, receiver }),
  key: (receiver, asker, publicKey) => ({ sender: asker, receiver, publicKey }),
  sealed: (sender, receiver, sessionKey, encryptedMessage) => ({ sender, receiver, sessionKey, encryptedMessage }),
  // Servers in the field relay the sender as it is given here (J-15).
  file: (sender, receiver, filename, size) => ({ sender, receiver, filename, ...(size <= fieldSizes && { size }) }),
  // Clients in the field always send a size, and it is always 0.
  sizeOf: (size) => size || null,
  // Some servers in the field leave the connection open.
  confirmationMs: 3_000,
}

/**
 * For a server in the field that hands on the body of BROADCAST_REQ as the message, without a look
 * into it: its own clients send a bare string there. It tells `bob` from `Bob`.
 */
export const relayForm: Form = {
  ...fieldForm,
  broadcast: (text) => text,
  broadcastText: relayedText,
  isSameUser: (one, other) => one === other,
}

/**
 * What was said, from a body of BROADCAST_REQ that a server handed on as it came: a JSON string or
 * an object.
 */
function relayedText(body: string): string {
  const said = parsed(body)
  if (typeof said === 'string') return said
  return (isBody(said) ? textMember(said, 'message') : undefined) ?? body
}

/** Undefined: it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
