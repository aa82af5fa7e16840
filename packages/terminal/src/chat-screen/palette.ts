import { hashOf } from './links.ts'
import type { Tone } from './text-rows.ts'

/** Parameters of SGR. */
interface Look {
  /** What it is without colours. */
  readonly plain: string
  readonly colour?: ColouredTone
}

/**
 * Of the 256 colours, those that are about as far from white as from black, so that they can be read on either ground. The first 16 are not among
 * them: every terminal has its own idea of those.
 */
export const toneColours = {
  quiet: 243,
  accent: 31,
  own: 31,
  mention: 163,
  warning: 166,
  error: 196,
  alarm: 196,
} as const
/** Of names. Red is kept for what is wrong. */
export const nameColours = [130, 100, 64, 28, 30, 32, 63, 98, 134, 164, 132, 66] as const

/** What the settings can give a colour. */
type ColouredTone = keyof typeof toneColours

const looks = {
  text: { plain: '' },
  quiet: { plain: '2', colour: 'quiet' },
  accent: { plain: '', colour: 'accent' },
  strong: { plain: '1' },
  own: { plain: '1', colour: 'own' },
  mention: { plain: '1', colour: 'mention' },
  warning: { plain: '1', colour: 'warning' },
  error: { plain: '', colour: 'error' },
  alarm: { plain: '1;7', colour: 'alarm' },
  chosen: { plain: '7' },
  'chosen-quiet': { plain: '1', colour: 'accent' },
} satisfies Record<Exclude<Tone, `name-${number}`>, Look>

/** `#rrggbb`, or one of the 256. */
type Colour = string | number

export interface Colours {
  readonly on: boolean
  /** Whether every name has a colour of its own. */
  readonly names: boolean
  readonly tones: Readonly<Record<ColouredTone, Colour>>
}

export const defaultColours: Colours = { on: true, names: true, tones: toneColours }

/** The parameters of SGR for a tone. Without colour, bold, dim and inverse remain, and nothing is told by colour alone. */
export function lookOf(tone: Tone, { on, names, tones }: Colours): string {
  const name = /^name-(\d+)$/.exec(tone)?.[1]
  if (name !== undefined) return on && names ? `1;${sgrOf(nameColours[Number(name) % nameColours.length]!)}` : '1'
  const { plain, colour }: Look = looks[tone as keyof typeof looks]
  if (!on || colour === undefined) return plain
  // A grey of its own needs no dimming on top.
  return tone === 'quiet' ? sgrOf(tones.quiet) : [plain, sgrOf(tones[colour])].filter((each) => each !== '').join(';')
}

/** The same tone for a name on every day and in every conversation. */
export function toneOfName(name: string): Tone {
  return `name-${hashOf(name.toLowerCase()) % nameColours.length}`
}

/** `NO_COLOR` with anything in it turns colours off. */
export function wantsColour(variables: Readonly<Record<string, string | undefined>>): boolean {
  return (variables['NO_COLOR'] ?? '') === ''
}

function sgrOf(colour: Colour): string {
  if (typeof colour === 'number') return `38;5;${colour}`
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return `38;2;${red};${green};${blue}`
}
