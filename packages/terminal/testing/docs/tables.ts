import { commands } from '../../src/chat-model/commands.ts'
import { actions } from '../../src/chat-screen/bindings.ts'
import { labelOf } from '../../src/chat-screen/key-labels.ts'

/** The parts of docs/terminal.md that are made from tables of the program, by what stands in their marks. */
const tables: Readonly<Record<string, string>> = {
  keys: [
    '| keys | what they do | action |',
    '| --- | --- | --- |',
    ...Object.entries(actions).map(([action, { keys, note }]) => {
      return `| ${keys.map((key) => `\`${labelOf(key)}\``).join(', ')} | ${note} | \`${action}\` |`
    }),
  ].join('\n'),
  commands: [
    '| command | what it does |',
    '| --- | --- |',
    ...commands.map(
      ({ name, usage, note }) => `| \`/${name}${usage === '' ? '' : ` ${usage.replaceAll('|', '\\|')}`}\` | ${note} |`,
    ),
  ].join('\n'),
}

/** The page with its tables as the program has them now. */
export function withTables(page: string): string {
  return page.replace(/(<!-- (\w+) -->)[^]*?(<!-- end -->)/g, (whole, start: string, name: string, end: string) => {
    const table = tables[name]
    return table === undefined ? whole : `${start}\n\n${table}\n\n${end}`
  })
}
