import { bindings, type Bindings } from './bindings.ts'
import { defaultColours, type Colours } from './palette.ts'

/** What somebody is told of who does not look. */
export const newsKinds = ['mention', 'private', 'group', 'everybody'] as const
export type NewsKind = (typeof newsKinds)[number]

export interface NotificationSettings {
  readonly about: readonly NewsKind[]
  /** The bell of the terminal. */
  readonly bell: boolean
  /** OSC 9 and OSC 777, which many terminals show as a notification of the desktop. */
  readonly desktop: boolean
  /** What was written stands in the notification, also where it was sealed. */
  readonly text: boolean
  /** How much is unread stands in the title of the window. */
  readonly title: boolean
}

/** How the screen looks and what its keys do. */
export interface ScreenSettings {
  readonly colours: Colours
  readonly bindings: Bindings
  /** What is typed for a command, without the slash, and what it stands for. */
  readonly aliases: Readonly<Record<string, string>>
  /** Words that call this user besides the name. */
  readonly highlights: readonly string[]
  readonly notifications: NotificationSettings
  /** Whether the wheel of the mouse scrolls. Text is selected with Shift held then. */
  readonly mouse: boolean
}

export const defaultScreenSettings: ScreenSettings = {
  colours: defaultColours,
  bindings,
  aliases: {},
  highlights: [],
  notifications: { about: ['mention', 'private'], bell: true, desktop: true, text: false, title: true },
  mouse: true,
}
