import { limitTable, type LimitRow } from '../src/config/limit-table.ts'
import { defaultSettings } from '../src/config/settings.ts'

/** The table of limits for docs/operating.md, in Markdown. */
export function limitPage(): string {
  const rows = Object.entries<LimitRow>(limitTable).map(
    ([setting, { of, what, past }]) => `| ${of} | ${what} | \`${setting}\` | ${defaultOf(setting)} | ${past} |`,
  )
  return ['| of each | limit | setting | default | past it |', '|---|---|---|---|---|', ...rows].join('\n')
}

function defaultOf(setting: string): string {
  const [group = '', name = ''] = setting.split('.')
  const groups: Readonly<Record<string, object>> = {
    limits: defaultSettings.limits,
    mailbox: defaultSettings.mailbox,
    passwords: defaultSettings.passwords,
  }
  const value: unknown = new Map(Object.entries(groups[group] ?? {})).get(name)
  if (value === null) return 'any free one'
  if (typeof value === 'object' && 'burst' in value && 'perSecond' in value) {
    return `${String(value.burst)} at once, then ${String(value.perSecond)} a second`
  }
  return Number(value).toLocaleString('en')
}
