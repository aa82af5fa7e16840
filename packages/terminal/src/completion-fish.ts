import { withAllBelow, type Kind, type ListedCommand } from './command-listing.ts'

export function fishCompletion(program: ListedCommand): string {
  const lines = withAllBelow(program).flatMap((command) => [
    ...command.commands.map((each) => line(command, `-a ${each.path.at(-1)} -d ${quoted(each.description)}`)),
    ...command.arguments.flatMap(({ kind }) => {
      const what = valueOf(kind, '')
      return what === '' ? [] : [line(command, what)]
    }),
    ...command.options.map(({ short, long, description, value }) => {
      const letter = short === undefined ? '' : `-s ${short.slice(1)} `
      const what = value ? valueOf(value.kind, '-x ') || '-x' : ''
      return line(command, `${letter}-l ${long.slice(2)} -d ${quoted(description)} ${what}`.trimEnd())
    }),
  ])
  return `# fish completion of parley: parley completion fish > ~/.config/fish/completions/parley.fish
complete -c parley -f
${lines.join('\n')}
`
}

function line(command: ListedCommand, what: string): string {
  return `complete -c parley -n ${quoted(condition(command))} ${what}`
}

function condition({ path, commands }: ListedCommand): string {
  if (path.length === 0) return '__fish_use_subcommand'
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ')
  if (commands.length === 0) return seen
  return `${seen}; and not __fish_seen_subcommand_from ${commands.map((each) => each.path.at(-1)).join(' ')}`
}

/** `exclusive`: said of an option whose values are no files. */
function valueOf(kind: Kind, exclusive: string): string {
  if (kind === 'file') return exclusive === '' ? '-F' : '-r -F'
  if (kind === 'directory') return `${exclusive}-a '(__fish_complete_directories)'`
  return typeof kind === 'object' ? `${exclusive}-a ${quoted(kind.choices.join(' '))}` : ''
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
