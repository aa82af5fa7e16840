import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser'
import { didYouMean } from './suggest.ts'

/** `offset`: characters from the start of the text. */
interface TreeProblem {
  readonly offset: number
  readonly message: string
}

type Path = readonly (string | number)[]

/** JSON with comments and trailing commas, and where each of its values stands. */
interface JsonTree {
  /** The value at `path`; undefined where there is none. */
  valueAt(path: Path): unknown
  /** Where the value at `path` starts; of a value that is missing, where the one around it does. */
  offsetOf(path: Path): number
}

/** `problems`: keys that cannot stand where they do. */
type Read =
  | { readonly ok: true; readonly tree: JsonTree; readonly problems: readonly TreeProblem[] }
  | { readonly ok: false; readonly problems: TreeProblem[] }

/** `keysAt` returns which keys may stand in the object at a path; null: any. */
export function readJsonTree(text: string, keysAt: (path: Path) => readonly string[] | null): Read {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  // One mistake in the syntax makes the parser stumble on; only where it stumbled first is of use.
  const [first] = errors
  if (first) return { ok: false, problems: [{ offset: first.offset, message: syntaxMessage(first) }] }
  if (!root) return { ok: false, problems: [{ offset: 0, message: 'this file is empty; write at least {}' }] }
  const valueAt = (path: Path): unknown => {
    const node = findNodeAtLocation(root, [...path])
    return node && getNodeValue(node)
  }
  const tree = { valueAt, offsetOf: (path: Path) => offsetOf(root, path) }
  return { ok: true, tree, problems: keyProblems(root, [], keysAt) }
}

function keyProblems(node: Node, path: Path, keysAt: (path: Path) => readonly string[] | null): TreeProblem[] {
  const known = keysAt(path)
  if (node.type === 'array') {
    if (known) return [{ offset: node.offset, message: 'settings in braces are expected here: { … }' }]
    return (node.children ?? []).flatMap((child, index) => keyProblems(child, [...path, index], keysAt))
  }
  if (node.type !== 'object') return []
  const seen = new Set<string>()
  return (node.children ?? []).flatMap(({ offset, children = [] }) => {
    const [keyNode, valueNode] = children
    const key = String(keyNode?.value)
    const inner = [...path, key]
    if (known && !known.includes(key)) {
      const near = didYouMean(key, known)
      return [{ offset, message: `there is no setting "${dotted(inner)}"${near}; there are ${known.join(', ')}` }]
    }
    if (seen.has(key)) return [{ offset, message: `"${dotted(inner)}" stands there twice; leave one of them out` }]
    seen.add(key)
    return valueNode ? keyProblems(valueNode, inner, keysAt) : []
  })
}

function offsetOf(root: Node, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    if (node) return node.offset
  }
  return root.offset
}

/** `limits.frame`, `listen[0]`. */
export function dotted(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

/** `line:column`, both from 1, as editors count them. */
export function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `${before.length}:${before.at(-1)!.length + 1}`
}

function syntaxMessage({ error }: ParseError): string {
  return syntaxMessages[printParseErrorCode(error)] ?? 'this is not JSON'
}

const syntaxMessages: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this word is not JSON; texts stand in double quotes',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'the name of a setting in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is expected here',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'the settings ended before this; take out what follows',
  InvalidCommentToken: 'this is not a comment; comments start with //',
  UnexpectedEndOfComment: 'this comment never ends; close it with */',
  UnexpectedEndOfString: 'this text never ends; close it with a double quote',
  UnexpectedEndOfNumber: 'this number is not complete',
  InvalidUnicode: 'after \\u four hexadecimal digits are expected',
  InvalidEscapeCharacter: 'there is no such escape; write a backslash as \\\\',
  InvalidCharacter: 'a control character cannot stand in a text; write it as \\n, \\t or \\u…',
}
