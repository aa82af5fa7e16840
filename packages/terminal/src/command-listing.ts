import type { Argument, Command, Option } from 'commander'

/** What a word of the command line can be. */
export type Kind = 'file' | 'directory' | 'url' | 'other' | { readonly choices: readonly string[] }

export interface ListedOption {
  /** `-h` */
  readonly short: string | undefined
  /** `--help` */
  readonly long: string
  readonly description: string
  /** The name and kind of its value; null: it takes none. */
  readonly value: { readonly name: string; readonly kind: Kind } | null
  readonly repeatable: boolean
}

export interface ListedArgument {
  readonly name: string
  readonly description: string
  readonly kind: Kind
  readonly required: boolean
  readonly variadic: boolean
}

/** One command as data. `path`: `user add`, and empty for `parley` itself. */
export interface ListedCommand {
  readonly path: readonly string[]
  readonly description: string
  readonly options: readonly ListedOption[]
  readonly arguments: readonly ListedArgument[]
  readonly commands: readonly ListedCommand[]
}

export function listed(command: Command, path: readonly string[] = []): ListedCommand {
  const help = command.createHelp()
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).map(listedOption),
    arguments: command.registeredArguments.map(listedArgument),
    commands: command.commands.map((each) => listed(each, [...path, each.name()])),
  }
}

/** It and all below it, in the order of the help. */
export function withAllBelow(command: ListedCommand): readonly ListedCommand[] {
  return [command, ...command.commands.flatMap(withAllBelow)]
}

function listedOption({
  short,
  long = '',
  description,
  flags,
  argChoices,
  defaultValue,
  parseArg,
}: Option): ListedOption {
  const [, name] = /<(.+)>$/.exec(flags) ?? []
  return {
    short: short ?? undefined,
    long,
    description,
    value: name === undefined ? null : { name, kind: kindOf(name, argChoices) },
    repeatable: parseArg !== undefined && defaultValue === undefined && argChoices === undefined,
  }
}

function listedArgument(argument: Argument): ListedArgument {
  const name = argument.name()
  const { description, required, variadic, argChoices } = argument
  return { name, description, required, variadic, kind: kindOf(name === 'what' ? 'FILE' : name, argChoices) }
}

function kindOf(name: string, choices: readonly string[] | undefined): Kind {
  if (choices) return { choices }
  if (name === 'FILE') return 'file'
  if (name === 'DIR') return 'directory'
  return name === 'url' ? 'url' : 'other'
}
