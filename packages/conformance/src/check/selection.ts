import { citationsIn } from '../ledger-citations.ts'
import type { Transcript } from '../transcript.ts'
import { checkedProtocols } from './protocols.ts'

export interface Wanted {
  /** Parts of paths, such as `groups/kick`; none: all. */
  readonly only: readonly string[]
  /** Levels, chapters, sections of a document or rulings; none: all. */
  readonly levels: readonly string[]
}

/** The transcripts that need no other listeners than these, and that are wanted. */
export function selected(
  transcripts: readonly Transcript[],
  listeners: ReadonlySet<string>,
  { only, levels }: Wanted,
): readonly Transcript[] {
  return transcripts.filter((transcript) => {
    if (!transcript.listeners.every(({ protocol }) => listeners.has(protocol))) return false
    if (only.length > 0 && !only.some((part) => transcript.file.includes(part))) return false
    return levels.length === 0 || levels.some((level) => isOfLevel(transcript, level))
  })
}

/** `2` of a document with levels; `groups` or `helo/groups`, a chapter; `7.7`, a section; `X-5`, a ruling. */
function isOfLevel({ file, proves }: Transcript, level: string): boolean {
  const [folder = '', chapter = ''] = file.split('/')
  if (level === chapter || level === `${folder}/${chapter}`) return true
  const levels = checkedProtocols[folder]?.levels
  if (levels && Object.hasOwn(levels, level)) return levels[level]!.includes(chapter)
  return citationsIn(proves).proven.some((clause) => {
    const section = clause.replace(/^\S+\.txt /, '')
    return section === level || (section.startsWith(level) && !/^[\w-]/.test(section.slice(level.length)))
  })
}

/** What `--level` can be for these protocols, for an error message. */
export function levelsOf(transcripts: readonly Transcript[], names: readonly string[]): readonly string[] {
  const chapters = transcripts.flatMap(({ file }) => {
    const [folder = '', chapter = ''] = file.split('/')
    return names.includes(folder) ? [chapter] : []
  })
  const levels = names.flatMap((name) => Object.keys(checkedProtocols[name]?.levels ?? {}))
  return [...new Set([...levels, ...chapters])]
}
