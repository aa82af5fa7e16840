import type { Action } from '../chat-screen/bindings.ts'
import { defaultColours, type Colours } from '../chat-screen/palette.ts'
import { defaultScreenSettings, type NotificationSettings } from '../chat-screen/screen-settings.ts'

/** Everything of `parley chat` that can be set. `chat.example.jsonc` shows it with these defaults and in the same order. */
export interface ChatSettings {
  readonly colours: Colours
  /** What a key does instead of what it does by itself; null: nothing. */
  readonly keys: Readonly<Record<string, Action | null>>
  /** Without the slash: what it stands for, with one. */
  readonly aliases: Readonly<Record<string, string>>
  /** Words that call this user besides the name. */
  readonly highlights: readonly string[]
  readonly notifications: NotificationSettings
  readonly mouse: boolean
  readonly log: {
    readonly on: boolean
    /** null: `parley/logs` under the user's state directory. */
    readonly directory: string | null
  }
}

export const defaultChatSettings: ChatSettings = {
  colours: defaultColours,
  keys: {},
  aliases: {},
  highlights: defaultScreenSettings.highlights,
  notifications: defaultScreenSettings.notifications,
  mouse: true,
  log: { on: false, directory: null },
}
