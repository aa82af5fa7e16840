import { parseGroupName, parseUserName, type GroupName, type UserName } from '../src/names.ts'
import type { Result } from '../src/result.ts'
import { parseText, type Text } from '../src/text.ts'

/** A name that a test knows to be one. */
export function named(text: string): UserName {
  return checked(text, parseUserName(text))
}

export function groupNamed(text: string): GroupName {
  return checked(text, parseGroupName(text))
}

/** A text that a test knows to hold something. */
export function said(text: string): Text {
  return checked(text, parseText(text))
}

function checked<T>(text: string, parsed: Result<T, string>): T {
  if (!parsed.ok) throw new Error(`${JSON.stringify(text)}: ${parsed.fail}`)
  return parsed.value
}
