import { type Ability } from '@parley/client'
import { stat } from 'node:fs/promises'
import type { LoginOptions } from './login.ts'
import { linesOf } from './message-lines.ts'

export interface SendOptions extends LoginOptions {
  readonly to?: string
  readonly group?: string
  /** What is given is text, even where a file has this name. */
  readonly text?: boolean
  /** Nothing is sent unless it can be sealed. */
  readonly sealed?: boolean
}

export type What =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'input' }

type Wrong = { readonly kind: 'wrong'; readonly message: string }

/** What the words of the command mean: a file where one has that name, unless the options say otherwise. */
export async function whatToSend(
  words: readonly string[],
  options: SendOptions,
  isTerminal: boolean,
): Promise<What | Wrong> {
  const { to, group, sealed } = options
  if (to !== undefined && group !== undefined) return wrong('--to and --group cannot stand together; send it twice.')
  if (sealed && to === undefined && group === undefined) {
    return wrong('--sealed needs --to USER or --group GROUP: what is said to everybody cannot be sealed.')
  }
  if (sealed && options.seal === false) return wrong('--sealed and --no-seal cannot stand together.')
  const [only = '', ...more] = words
  if (words.length === 0 || (only === '-' && more.length === 0 && !options.text)) {
    if (!isTerminal || only === '-') return { kind: 'input' }
    return wrong('there is nothing to send; give a text or a file, or pipe something in.')
  }
  const file = options.text || more.length > 0 ? null : await fileNamed(only, options)
  if (file) return file
  const text = words.join(' ')
  if (linesOf(text).length === 0) return wrong('the text is empty; write something.')
  return { kind: 'text', text }
}

/** What the protocol must have words for. */
export function abilitiesToSend({ kind }: What, { to, group, sealed }: SendOptions): readonly Ability[] {
  const sealing: readonly Ability[] = sealed ? ['sealing'] : []
  if (kind === 'file') return ['files', ...sealing]
  if (group !== undefined) return ['groups', ...sealing]
  return sealed ? sealing : [to === undefined ? 'say' : 'tell']
}

/** null: it looks like a text. */
async function fileNamed(name: string, { to }: SendOptions): Promise<What | Wrong | null> {
  const found = await stat(name).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error) {
    if (found.code === 'EACCES') return wrong(`${name} may not be read; add --text if it is meant as text.`)
    return looksLikeFile(name, to !== undefined)
      ? wrong(`there is no file ${name}; add --text if it is meant as text.`)
      : null
  }
  if (found.isDirectory()) {
    return wrong(`${name} is a directory, and only files can be sent; add --text if it is meant as text.`)
  }
  if (!found.isFile()) return null
  if (to !== undefined) return { kind: 'file', path: name }
  return wrong(
    `${name} is a file, and files go to one user: add --to USER, or send its text with parley send … - < ${name}`,
  )
}

/** A path; to one user also a single word with an extension, since a mistyped file must not go as a message. */
function looksLikeFile(name: string, toUser: boolean): boolean {
  if (/^(?:\.{0,2}|~)\/\S+$/.test(name)) return true
  return toUser && /^[^\s:]*\w\.[A-Za-z][A-Za-z0-9]{0,4}$/.test(name)
}

function wrong(message: string): Wrong {
  return { kind: 'wrong', message }
}
