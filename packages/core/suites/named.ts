import assert from 'node:assert/strict'
import { parseUserName, type UserName } from '../src/names.ts'

/** A name that a test knows to be one. */
export function named(text: string): UserName {
  const name = parseUserName(text)
  assert.ok(name.ok, `${text} is no user name`)
  return name.value
}
