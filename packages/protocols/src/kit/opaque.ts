const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
/** The version byte 0x01: its high six bits, and its low two with any four behind them. */
const versionOne = /^A[Q-Za-f]/
/** A version byte, a nonce and an authentication tag around no text at all. */
const leastParleyBytes = 1 + 12 + 16
const cipherBlock = 16
/** The shortest session key that is sent: encrypted to a key of 512 bits. */
const leastSessionKeyBytes = 64

/** The number of bytes that a text is the base64 of, with its padding; null: it is not base64. */
export function base64Bytes(text: string): number | null {
  if (!base64.test(text)) return null
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
}

/**
 * What sealed messages look like: base64 of whole cipher blocks, or of a `parley-1` message (X-6,
 * I-14).
 */
export function looksSealed(text: string): boolean {
  const bytes = base64Bytes(text)
  if (bytes === null || bytes === 0) return false
  return bytes % cipherBlock === 0 || (bytes >= leastParleyBytes && versionOne.test(text))
}

/**
 * What encrypted session keys look like: base64 of at least 64 bytes. That tells a sealed message
 * from two words (H-8).
 */
export function looksLikeSessionKey(text: string): boolean {
  return (base64Bytes(text) ?? 0) >= leastSessionKeyBytes
}
