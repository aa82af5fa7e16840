import { cleanLine } from '@parley/client/conversations'

/** So that a number and the name of an unfinished file still fit into the 255 bytes that file systems allow. */
const mostBytes = 200
/** Names that are devices to some systems, whatever stands behind their dot. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * A name to keep a file under, of whatever name was sent: its last part, without characters that a shell, a terminal or a file system takes for
 * something else. Never empty, hidden, a device or a way to another directory.
 */
export function safeFileName(sent: string): string {
  const last = sent.split(/[/\\]/).at(-1) ?? ''
  const plain = cleanLine(last.normalize('NFC'))
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^ +|[ .]+$/g, '')
  const name = shortened(plain.toWellFormed())
  if (name === '') return 'file'
  return /^[.~-]/.test(name) || devices.test(name) ? `_${name}` : name
}

/** `name.ext`, `name (1).ext`, `name (2).ext` … */
export function numbered(name: string, number: number): string {
  if (number === 0) return name
  const { stem, extension } = partsOf(name)
  return `${stem} (${number})${extension}`
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name
  const { stem, extension } = partsOf(name)
  const kept = Buffer.byteLength(extension) <= 20 ? extension : ''
  let start = ''
  for (const character of stem) {
    if (Buffer.byteLength(start + character + kept) > mostBytes) break
    start += character
  }
  return start + kept
}

function partsOf(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot) }
}
