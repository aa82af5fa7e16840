import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { actions, bindingsWith } from '../chat-screen/bindings.ts'
import type { ScreenSettings } from '../chat-screen/screen-settings.ts'
import { defaultChatSettings, type ChatSettings } from './chat-settings.ts'
import type { ChatFile } from './schema.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** `message`: one line per problem, each with the file, the place, the setting, what is wrong and what to write. */
export type ChatSettingsLoaded =
  { readonly ok: true; readonly settings: ChatSettings } | { readonly ok: false; readonly message: string }

/** `parley/chat.jsonc` under `$XDG_CONFIG_HOME` (which counts only when absolute, as its specification says), else under `~/.config`. */
export function chatSettingsFile(variables: Variables): string {
  return join(baseOf(variables['XDG_CONFIG_HOME'], '.config'), 'parley', 'chat.jsonc')
}

/** Where conversations are kept if that is wanted and no other place is named. */
export function defaultLogDirectory(variables: Variables): string {
  return join(baseOf(variables['XDG_STATE_HOME'], '.local/state'), 'parley', 'logs')
}

/** The settings of a file; the defaults where there is none. */
export async function loadChatSettings(file: string): Promise<ChatSettingsLoaded> {
  if (!existsSync(file)) return { ok: true, settings: defaultChatSettings }
  // Loaded only for those who have a file.
  const { readSettingsFile, didYouMean } = await import('@parley/server/settings-file')
  const { chatFileSchema } = await import('./schema.ts')
  const read = await readSettingsFile(file, chatFileSchema, {
    hint: (path, value) =>
      path[0] === 'keys' && typeof value === 'string' ? didYouMean(value, Object.keys(actions)) : '',
  })
  return read.ok ? { ok: true, settings: complete(read.value, dirname(resolve(file))) } : read
}

/** What of the settings the screen is given. */
export function screenSettingsOf({ keys, ...settings }: ChatSettings): ScreenSettings {
  const { colours, aliases, highlights, notifications, mouse } = settings
  return { colours, bindings: bindingsWith(keys), aliases, highlights, notifications, mouse }
}

function complete(given: ChatFile, directory: string): ChatSettings {
  const { colours, notifications, log, ...rest } = defaultChatSettings
  return {
    colours: { ...colours, ...given.colours, tones: { ...colours.tones, ...given.colours?.tones } },
    keys: given.keys ?? rest.keys,
    aliases: given.aliases ?? rest.aliases,
    highlights: given.highlights ?? rest.highlights,
    notifications: { ...notifications, ...given.notifications },
    mouse: given.mouse ?? rest.mouse,
    log: {
      on: given.log?.on ?? log.on,
      directory: typeof given.log?.directory === 'string' ? resolve(directory, given.log.directory) : log.directory,
    },
  }
}

function baseOf(given: string | undefined, under: string): string {
  return given && isAbsolute(given) ? given : join(homedir(), under)
}
