import { readFile, stat } from 'node:fs/promises'
import { ChatError } from '../chat-error.ts'

/** null: there is no such file. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** It is another one when the file was written to. null: there is no such file. */
export async function versionOf(file: string): Promise<string | null> {
  try {
    const { size, mtimeMs } = await stat(file)
    return `${size} ${mtimeMs}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Of what is no JSON object: none. */
export function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** Rejects with a ChatError of code `usage` that names the file. */
export async function inWords<T>(file: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (cause) {
    throw new ChatError('usage', `${file} cannot be used to keep keys in: ${codeOf(cause) ?? String(cause)}`, { cause })
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
