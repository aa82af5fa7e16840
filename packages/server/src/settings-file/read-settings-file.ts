import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { systemReason } from '../system-reason.ts'
import { dotted, position, readJsonTree } from './json-tree.ts'
import { keysAt } from './schema-parts.ts'

/** `path`: keys and indexes from the root. */
export interface SettingProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** `message`: one line per problem, each with the file, the place, the setting, what is wrong and what to write. */
export type SettingsRead<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

export interface SettingChecks<T> {
  /** Finds what the schema cannot say; asked only when everything else is right. */
  more?(value: T): readonly SettingProblem[]
  /** Stands behind what is wrong: what was probably meant. */
  hint?(path: SettingProblem['path'], value: unknown): string
}

/** Reads a file of settings: JSON with comments and trailing commas. */
export async function readSettingsFile<S extends v.GenericSchema>(
  file: string,
  schema: S,
  { more = () => [], hint = () => '' }: SettingChecks<v.InferOutput<S>> = {},
): Promise<SettingsRead<v.InferOutput<S>>> {
  const read = await readText(file)
  if (!read.ok) return read
  const at = (offset: number, message: string) => `${file}:${position(read.value, offset)}: ${message}`
  const parsed = readJsonTree(read.value, (path) => keysAt(schema, path))
  if (!parsed.ok) {
    return { ok: false, message: parsed.problems.map(({ offset, message }) => at(offset, message)).join('\n') }
  }
  const { tree, problems: keys } = parsed
  const checked = v.safeParse(schema, tree.valueAt([]), { abortPipeEarly: true })
  const problems = checked.success
    ? more(checked.output)
    : checked.issues.map((issue) => {
        const path = (issue.path ?? []).flatMap(({ key }) =>
          typeof key === 'string' || typeof key === 'number' ? [key] : [],
        )
        // What a key may be called is said whole; an object says so of a key that is missing.
        if (issue.path?.at(-1)?.origin === 'key' && issue.type !== 'object') return { path, message: issue.message }
        const value = tree.valueAt(path)
        return { path, message: `${shownValue(value)}${hint(path, value)}; write ${issue.message}` }
      })
  if (checked.success && problems.length + keys.length === 0) return { ok: true, value: checked.output }
  const found = problems.map(({ path, message }) => {
    return { offset: tree.offsetOf(path), message: `${path.length === 0 ? 'the file' : dotted(path)}: ${message}` }
  })
  // Where a key cannot stand, its value is not looked at.
  const others = found.filter(({ offset }) => !keys.some((key) => key.offset === offset))
  const lines = [...keys, ...others].toSorted((one, other) => one.offset - other.offset)
  return { ok: false, message: lines.map(({ offset, message }) => at(offset, message)).join('\n') }
}

function shownValue(value: unknown): string {
  if (value === undefined) return 'this is missing'
  if (Array.isArray(value)) return 'a list cannot stand here'
  if (typeof value === 'object' && value !== null) return 'an object in braces cannot stand here'
  const text = JSON.stringify(value)
  return `${text.length > 60 ? `${text.slice(0, 57)}…` : text} cannot stand here`
}

async function readText(file: string): Promise<SettingsRead<string>> {
  const wrong = (message: string) => ({ ok: false, message }) as const
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) }
  } catch (error) {
    if (error instanceof TypeError) return wrong(`${file}: this file is not UTF-8; save it as UTF-8`)
    return wrong(`The configuration file ${file} cannot be read: ${systemReason(error)}.`)
  }
}
