/** Files of settings, for whoever has some: JSON with comments, checked, with errors that name the place and the key. */
export { readSettingsFile, type SettingProblem, type SettingsRead } from './read-settings-file.ts'
export { group, text, whole } from './schema-parts.ts'
export { didYouMean, suggest } from './suggest.ts'
