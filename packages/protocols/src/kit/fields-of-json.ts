import { textField } from './fields.ts'
import type { Field } from '../lens-view.ts'

/**
 * The members of an object as it stands in a text, in its order, each with its name, and what is
 * between them. `clauseOf` says what asks for a member; `null` asks about the braces and commas.
 */
export function fieldsOfObject(text: string, clauseOf: (member: string | null) => string): readonly Field[] {
  const fields: Field[] = [textField('{', '{', clauseOf(null))]
  for (let at = 1; at < text.length - 1;) {
    const end = endOfMember(text, at)
    const member = text.slice(at, end)
    const name = JSON.parse(member.slice(0, endOfString(member, 0))) as string
    fields.push(textField(name, member, clauseOf(name)))
    if (text[end] === ',') fields.push(textField(',', ',', clauseOf(null)))
    at = end + 1
  }
  fields.push(textField('}', '}', clauseOf(null)))
  return fields
}

/** Where the comma or the brace stands that ends it. */
function endOfMember(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') at = endOfString(text, at) - 1
    else if (character === '{' || character === '[') depth++
    else if (depth === 0 && (character === ',' || character === '}')) return at
    else if (character === '}' || character === ']') depth--
  }
  return text.length
}

/** Behind its closing quotation mark. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}
