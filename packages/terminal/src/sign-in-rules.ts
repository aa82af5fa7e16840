import type { NameFailure } from '@parley/core'

const encoder = new TextEncoder()

export const nameRefusals = {
  'name-invalid': 'a name is 1 to 32 letters (A-Z, a-z), digits and underscores',
  'name-reserved': 'this name is reserved; choose another one',
} satisfies Record<NameFailure, string>

/** Why nobody could use this password; null: it will do. */
export function passwordRefusal(password: string): string | null {
  if (password === '') return 'The password is empty; choose one.'
  if (/[\u0000-\u001f\u007f-\u009f]/.test(password)) {
    return 'The password holds a control character (a tab, an escape …), which no protocol can carry; choose another one.'
  }
  return null
}

/** The protocols whose own rules this name does not pass. */
export function nameWarnings(name: string): readonly string[] {
  const warnings: string[] = []
  if (name.length > 10) warnings.push(`"${name}" is longer than 10 bytes and cannot sign in over cp.`)
  if (name.length < 3) warnings.push(`"${name}" is shorter than 3 characters and cannot sign in over ident and json.`)
  if (name.length > 14) warnings.push(`"${name}" is longer than 14 characters and cannot sign in over ident and json.`)
  return warnings
}

/** The protocols that cannot carry this password (X-3, P-4). */
export function passwordWarnings(password: string): readonly string[] {
  const warnings: string[] = []
  if (encoder.encode(password).length > 15) {
    warnings.push('This password is longer than 15 bytes: with it nobody can sign in over cp.')
  }
  if (/\s/.test(password)) {
    warnings.push(
      'This password holds a blank, and ident and helo take it as one word: with it nobody can sign in there.',
    )
  }
  return warnings
}
