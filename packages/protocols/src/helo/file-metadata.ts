import type { FileDescription, FileOffer } from '@parley/core'
import { weightedSum } from '../carriers/file-checksums.ts'

/** Longest name that we make; clients in the field write it to their disks. */
const longestName = 120
const controls = /[\u0000-\u001f\u007f-\u009f]/g

/**
 * `<size> <path as typed> <checksum>` (H-10); null: it is none. What is not written as we would is
 * none either.
 */
export function parseMetadata(text: string): FileDescription | null {
  const [size = '', path = '', checksum = '', ...more] = text.split(' ')
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,14})$/.test(size) || !/^(?:0|-?[1-9]\d{0,9})$/.test(checksum)) return null
  if ((Number(checksum) | 0) !== Number(checksum)) return null
  const name = lastComponent(path)
  if (path.search(controls) >= 0 || !name.includes('.') || /^\.*$/.test(name)) return null
  return { name: path, size: Number(size), checksums: { [weightedSum]: checksum } }
}

/**
 * For a `helo` user: a file of another `helo` user as that one wrote it, any other with a name that
 * is safe.
 */
export function metadataOf({ name, size, checksums }: FileOffer, asTyped: boolean): string {
  return `${size ?? 0} ${asTyped ? name : safeName(name)} ${checksums[weightedSum] ?? 0}`
}

/** H-10: a receiver in the field falls over on blanks, and on names without a dot. */
export function safeName(name: string): string {
  const clean = lastComponent(name).replace(controls, '').replace(/\s/g, '_')
  const base = /^\.*$/.test(clean) ? 'file' : clean
  const dotted = base.includes('.') ? base : `${base}.bin`
  return dotted.slice(-longestName).toWellFormed()
}

function lastComponent(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? ''
}
