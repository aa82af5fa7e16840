import { withAllBelow, type Kind, type ListedCommand } from './command-listing.ts'

/** For bash 3.2 and newer, without the package bash-completion. */
export function bashCompletion(program: ListedCommand): string {
  const all = withAllBelow(program)
  const nested = all.filter(({ path }) => path.length > 1).map(({ path }) => quoted(path.join(' ')))
  return `# bash completion of parley: source <(parley completion bash)
_parley() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command='' IFS=$'\\n'
  COMPREPLY=()
  if ((COMP_CWORD > 1)); then command=\${COMP_WORDS[1]}; fi
  if ((COMP_CWORD > 2)); then
    case "$command \${COMP_WORDS[2]}" in
      ${nested.join('|')}) command="$command \${COMP_WORDS[2]}" ;;
    esac
  fi
  case "$command $before" in
${all.flatMap(optionValues).join('\n')}
  esac
  local words='' kind=''
  case $command in
${all.map(wordsOf).join('\n')}
  esac
  if [[ $word == -* || $kind == '' ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen "$kind" -- "$word"))
  fi
}
complete -F _parley parley
`
}

function optionValues({ path, options }: ListedCommand): readonly string[] {
  return options.flatMap(({ long, value }) => {
    if (!value) return []
    return [`    ${quoted([...path, long].join(' '))}) ${valueReply(value.kind)} ;;`]
  })
}

function valueReply(kind: Kind): string {
  if (kind === 'file') return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word")); return'
  if (kind === 'directory') return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$word")); return'
  if (typeof kind === 'object') return `COMPREPLY=($(compgen -W ${list(kind.choices)} -- "$word")); return`
  return 'return'
}

function wordsOf(command: ListedCommand): string {
  const { path, commands, options } = command
  const choices = command.arguments.flatMap(({ kind }) => (typeof kind === 'object' ? kind.choices : []))
  const words = [...commands.map((each) => each.path.at(-1)!), ...choices, ...options.map(({ long }) => long)]
  const kind = command.arguments.some((argument) => argument.kind === 'file') ? ' kind=-f' : ''
  return `    ${quoted(path.join(' '))}) words=${list(words)}${kind} ;;`
}

/** A word a line, since names of files may have blanks in them. */
function list(words: readonly string[]): string {
  return `$${quoted(words.join('\\n'))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
