/** A JSON object as it came: members of any kind and any name. */
export type Body = { readonly [member: string]: unknown }

/** Nothing but blanks is an empty body (J-3). Undefined: the text is not JSON. */
export function parseBody(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a command takes that has no members of its own; null: it is no object. */
export function readBody(said: unknown): Body | null {
  return isBody(said) ? said : null
}

/**
 * Undefined where the member is missing, null or no string (J-2). Half a surrogate pair, which JSON
 * can spell but UTF-8 cannot, becomes U+FFFD, so that every protocol hears the same.
 */
export function textMember(body: Body, member: string): string | undefined {
  const value = Object.hasOwn(body, member) ? body[member] : undefined
  return typeof value === 'string' ? value.toWellFormed() : undefined
}
