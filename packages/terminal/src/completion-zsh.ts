import type { Kind, ListedArgument, ListedCommand, ListedOption } from './command-listing.ts'

export function zshCompletion(program: ListedCommand): string {
  return `#compdef parley
# zsh completion of parley: source <(parley completion zsh)
_parley() {
${dispatch(program, 2, '  ')}
}
if [[ $funcstack[1] == _parley ]]; then _parley "$@"; else compdef _parley parley; fi
`
}

/** `place`: which of the words names a command below this one. */
function dispatch(command: ListedCommand, place: number, indent: string): string {
  if (command.commands.length === 0) return leaf(command, place - 1, indent)
  const names = command.commands.map((each) => quoted(`${each.path.at(-1)}:${each.description}`)).join(' ')
  return [
    `if (( CURRENT == ${place} )); then`,
    `  local -a commands=(${names})`,
    `  _describe command commands`,
    `  _arguments ${command.options.map(optionSpec).join(' ')}`,
    `  return`,
    `fi`,
    `case $words[${place}] in`,
    ...command.commands.flatMap((each) => [`  ${each.path.at(-1)})`, dispatch(each, place + 1, '    '), '    ;;']),
    // A group may be a command itself.
    ...(command.arguments.length > 0 ? ['  *)', leaf(command, place - 1, '    '), '    ;;'] : []),
    `esac`,
  ]
    .map((line) => indent + line.replaceAll('\n', `\n${indent}`))
    .join('\n')
}

/** `_arguments` takes the first of its words for the command. */
function leaf(command: ListedCommand, depth: number, indent: string): string {
  // Where any number of words nobody can guess may come, zsh would list an option and not complete it.
  const guessable = command.arguments.filter(({ variadic, kind }) => !variadic || (kind !== 'other' && kind !== 'url'))
  const specs = [...command.options.map(optionSpec), ...guessable.map(argumentSpec)]
  return [`shift ${depth - 1} words`, `(( CURRENT -= ${depth - 1} ))`, `_arguments ${specs.join(' ')}`]
    .map((line) => indent + line)
    .join('\n')
}

function optionSpec({ short, long, description, value, repeatable }: ListedOption): string {
  const text = description.replaceAll(/[[\]]/g, '\\$&')
  const spec = (name: string) =>
    quoted(`${repeatable ? '*' : ''}${name}[${text}]${value ? `:${value.name}:${actionOf(value.kind)}` : ''}`)
  return [short, long].flatMap((name) => (name === undefined ? [] : [spec(name)])).join(' ')
}

function argumentSpec({ name, kind, required, variadic }: ListedArgument): string {
  return quoted(`${variadic ? '*' : ''}${required || variadic ? '' : ':'}:${name}:${actionOf(kind)}`)
}

function actionOf(kind: Kind): string {
  if (kind === 'file') return '_files'
  if (kind === 'directory') return '_files -/'
  return typeof kind === 'object' ? `(${kind.choices.join(' ')})` : ' '
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
