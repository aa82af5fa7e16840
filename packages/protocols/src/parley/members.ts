import type { Body } from './codec.ts'

/**
 * What a request has under a name; undefined: nothing. What an object inherits is no member of it.
 */
export function member(body: Body, name: string): unknown {
  return Object.hasOwn(body, name) ? body[name] : undefined
}

/**
 * Undefined: it is missing, or no string. Half a surrogate pair, which JSON can spell but UTF-8
 * cannot, becomes U+FFFD, so that every protocol hears the same.
 */
export function textMember(body: Body, name: string): string | undefined {
  const value = member(body, name)
  return typeof value === 'string' ? value.toWellFormed() : undefined
}

/** Undefined: it is missing, or no whole number from 0 to 2^53 - 1. */
export function numberMember(body: Body, name: string): number | undefined {
  const value = member(body, name)
  return isNumber(value) ? value : undefined
}

export function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/**
 * A member that may be left out, which `null` does as well. `read` gives undefined for what is
 * wrong. The result is null where it is wrong, and holds null where it was left out.
 */
export function optional<T>(body: Body, name: string, read: (body: Body, name: string) => T | undefined) {
  const value = member(body, name)
  if (value === undefined || value === null) return { value: null }
  const given = read(body, name)
  return given === undefined ? null : { value: given }
}
