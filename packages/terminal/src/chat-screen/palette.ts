import type { TextProps } from 'ink'
import type { Tone } from './text-rows.ts'

type Look = Pick<TextProps, 'color' | 'bold' | 'dimColor' | 'inverse'>

const looks = {
  text: {},
  quiet: { dimColor: true },
  accent: { color: 'cyan' },
  strong: { bold: true },
  own: { color: 'cyan', bold: true },
  warning: { color: 'yellow', bold: true },
  error: { color: 'red' },
  alarm: { color: 'red', bold: true, inverse: true },
  chosen: { inverse: true },
  'chosen-quiet': { bold: true, color: 'cyan' },
} satisfies Record<Tone, Look>

/** How a tone looks. Without colour, bold, dim and inverse remain, and nothing is told by colour alone. */
export function lookOf(tone: Tone, colour: boolean): Look {
  const look: Look = looks[tone]
  if (colour) return look
  const { color: _, ...rest } = look
  return rest
}

/** `NO_COLOR` with anything in it turns colours off. */
export function wantsColour(environment: Readonly<Record<string, string | undefined>>): boolean {
  return (environment['NO_COLOR'] ?? '') === ''
}
