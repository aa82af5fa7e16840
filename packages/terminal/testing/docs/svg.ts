import { lookOf, type Colours } from '../../src/chat-screen/palette.ts'
import type { Frame } from '../../src/chat-screen/frame.ts'
import { widthOf, type Span } from '../../src/chat-screen/text-rows.ts'

/** The grounds of a terminal. */
export const grounds = {
  dark: { ground: '#1c1c1c', text: '#d0d0d0' },
  light: { ground: '#fdfdfd', text: '#262626' },
} as const
export type Ground = keyof typeof grounds

/** Pixels of a cell, and of the edge around all of them. */
const cell = { width: 8.4, height: 18, font: 14 }
const edge = 10
const levels = [0, 95, 135, 175, 215, 255]

/** A frame as a picture of a terminal: every run of cells at its place, whatever the font. */
export function svgOf(frame: Frame, columns: number, colours: Colours, on: Ground): string {
  const { ground, text } = grounds[on]
  const width = round(columns * cell.width + 2 * edge)
  const height = frame.rows.length * cell.height + 2 * edge
  const cells = frame.rows.flatMap((row, y) => {
    let x = 0
    return row.flatMap((each) => {
      const at = x
      x += widthOf(each.text)
      return runOf(each, { x: at, y }, styleOf(lookOf(each.tone, colours), { ground, text }))
    })
  })
  const { cursor } = frame
  const block =
    cursor === null ? [] : [rect({ x: cursor.x, y: cursor.y, cells: 1 }, `fill="${text}" fill-opacity="0.6"`)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="6" fill="${ground}"/>`,
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${cell.font}" xml:space="preserve">`,
    ...cells,
    ...block,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

interface Style {
  readonly fill: string
  readonly behind: string | null
  readonly bold: boolean
  readonly dim: boolean
}

function runOf({ text, link }: Span, { x, y }: { x: number; y: number }, style: Style): readonly string[] {
  const { fill, behind, bold, dim } = style
  const cells = widthOf(text)
  const back = behind === null ? [] : [rect({ x, y, cells }, `fill="${behind}"`)]
  const shown = text.trimEnd()
  if (shown.trim() === '') return back
  const lead = shown.length - shown.trimStart().length
  const words = shown.trimStart()
  const left = round(edge + (x + lead) * cell.width)
  const top = edge + y * cell.height + 13
  const attributes = [
    `x="${left}" y="${top}" textLength="${round(widthOf(words) * cell.width)}" lengthAdjust="spacingAndGlyphs"`,
    `fill="${fill}"`,
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['fill-opacity="0.6"'] : []),
    ...(link === undefined ? [] : ['text-decoration="underline"']),
  ]
  return [...back, `<text ${attributes.join(' ')}>${escaped(words)}</text>`]
}

function rect({ x, y, cells }: { x: number; y: number; cells: number }, attributes: string): string {
  const left = round(edge + x * cell.width)
  return `<rect x="${left}" y="${edge + y * cell.height}" width="${round(cells * cell.width)}" height="${cell.height}" ${attributes}/>`
}

/** What the parameters of SGR mean on this ground. */
function styleOf(look: string, { ground, text }: { readonly ground: string; readonly text: string }): Style {
  const codes = look === '' ? [] : look.split(';').map(Number)
  const at = codes.indexOf(38)
  const colour = at < 0 ? text : codes[at + 1] === 5 ? indexed(codes[at + 2] ?? 0) : hex(codes.slice(at + 2, at + 5))
  const flags = at < 0 ? codes : codes.slice(0, at)
  const isInverse = flags.includes(7)
  return {
    fill: isInverse ? ground : colour,
    behind: isInverse ? colour : null,
    bold: flags.includes(1),
    dim: flags.includes(2),
  }
}

/** One of the 256 colours, but for the first 16, which are the terminal's own. */
export function indexed(colour: number): string {
  if (colour >= 232) return hex(Array.from({ length: 3 }, () => 8 + (colour - 232) * 10))
  const cube = colour - 16
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => levels[level] ?? 0))
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
