import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes the directory and those above it, for this user alone, where there are none. Rejects with the error of the first
 * one that cannot be made. Node's own recursive `mkdir` never returns where a file system takes no directories, as below
 * `/proc`.
 */
export async function makeDirectory(path: string): Promise<void> {
  const missing: string[] = []
  for (let at = resolve(path); !(await isThere(at)) && at !== dirname(at); at = dirname(at)) missing.push(at)
  for (const each of missing.toReversed()) await make(each)
  if (!(await stat(path)).isDirectory()) await mkdir(path)
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    // Somebody else made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isThere(path))) throw error
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
