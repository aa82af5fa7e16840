/**
 * What something that can fail returns. Failures are values listed in the type; throws are bugs.
 */
export type Result<T, F extends string> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fail: F }

export const done: Result<void, never> = { ok: true, value: undefined }

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value }
}

export function fail<F extends string>(fail: F): Result<never, F> {
  return { ok: false, fail }
}
