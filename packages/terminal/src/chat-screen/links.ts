import { span, type Span, type Tone } from './text-rows.ts'

/** No terminal takes longer ones. */
const longestLink = 2_000
const address = /\b(?:https?|ftp|gemini):\/\/[^\s<>"'`{}|\\^]+/gi

/** An address within a text. */
export interface Link {
  readonly start: number
  readonly end: number
  /** In ASCII alone, whatever was written. */
  readonly target: string
}

/** The addresses in a text, in their order. A full stop behind one, or a bracket that it did not open, is not part of it. */
export function linksIn(text: string): readonly Link[] {
  return Array.from(text.matchAll(address)).flatMap(({ 0: found, index }) => {
    const shown = trimmed(found)
    const target = URL.canParse(shown) ? new URL(shown).href : ''
    const isFit = target !== '' && target.length <= longestLink && /^[\u0021-\u007e]+$/.test(target)
    return isFit ? [{ start: index, end: index + shown.length, target }] : []
  })
}

/** A piece of a text that begins at `start` of it, with its links as spans of their own. */
export function linkedSpans(piece: string, start: number, links: readonly Link[], tone: Tone): readonly Span[] {
  const spans: Span[] = []
  const end = start + piece.length
  let at = start
  for (const link of links) {
    if (link.end <= at || link.start >= end) continue
    const from = Math.max(link.start, at)
    const to = Math.min(link.end, end)
    if (from > at) spans.push(span(piece.slice(at - start, from - start), tone))
    spans.push({ text: piece.slice(from - start, to - start), tone, link: link.target })
    at = to
  }
  if (at < end || spans.length === 0) spans.push(span(piece.slice(at - start), tone))
  return spans
}

/**
 * The text with an OSC 8 link to the target, which a terminal makes clickable. The id tells it that the pieces of an address on several rows are one
 * link.
 */
export function hyperlink(target: string, text: string): string {
  return `\u001b]8;id=${hashOf(target).toString(36)};${target}\u0007${text}\u001b]8;;\u0007`
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function trimmed(found: string): string {
  const open = (found.match(/\(/g) ?? []).length
  const closed = (found.match(/\)/g) ?? []).length
  // Some addresses end in a bracket that they opened, as those of many pages of an encyclopedia.
  return found.replace(/[.,;:!?'")\]*_~]+$/, (tail) => (tail.startsWith(')') && open >= closed && open > 0 ? ')' : ''))
}
