import type { Command } from 'commander'
import { listed, withAllBelow, type ListedArgument, type ListedCommand, type ListedOption } from './command-listing.ts'
import * as help from './help.ts'
import * as checkHelp from './checking/check-help.ts'
import * as clientHelp from './client-help.ts'

/** What the help of a command says behind its options. */
const notes: Readonly<Record<string, string>> = {
  serve: help.serveExamples,
  user: help.userExamples,
  hook: help.hookExamples,
  backup: help.backupExamples,
  restore: help.restoreExamples,
  doctor: help.doctorNotes,
  admin: help.adminExamples,
  top: help.topExamples,
  chat: clientHelp.chatExamples,
  send: clientHelp.sendExamples,
  users: clientHelp.usersNotes,
  tunnel: clientHelp.tunnelExamples,
  check: checkHelp.checkExamples,
  'check client': checkHelp.judgeExamples,
  record: checkHelp.recordExamples,
  tap: checkHelp.tapExamples,
  completion: help.completionNotes,
}

const frame = {
  description: `parley is a chat server that speaks the protocols ident, helo, json, cp, chatos and parley at once, and a client for them.
Whoever connects by any of them is in the same community.`,
  environment: [
    ['PARLEY_PASSWORD', 'The password to sign in with, where --password-file does not say it.'],
    ['PARLEY_DATA', 'The data directory of the server.'],
    ['XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_DOWNLOAD_DIR', 'In place of ~/.local/share, ~/.config and ~/Downloads.'],
  ],
  files: [
    ['~/.local/share/parley', 'Accounts, groups and messages that wait: the data directory of the server.'],
    ['~/.config/parley/identity.json', 'The key pair that private messages are sealed with.'],
    ['~/.config/parley/known-keys.jsonl', 'The keys of others, as first seen or accepted.'],
    ['~/Downloads', 'Files from others, in a directory named by the name that one signed in with.'],
  ],
  status: [
    ['0', 'Done, or stopped by a signal.'],
    ['1', 'It failed. Standard error says why, and what to do.'],
    ['2', 'The command was used wrongly.'],
  ],
} as const

/** `parley.1`: everything that --help says, as a page for man(1). */
export function manPage(program: Command, version: string): string {
  const all = withAllBelow(listed(program))
  const [root, ...commands] = all
  return [
    `.\\" Made from the definitions of the commands by npm run pages.`,
    `.TH PARLEY 1 "" "parley ${text(version)}" "User Commands"`,
    '.SH NAME',
    'parley \\- one chat server that speaks many chat protocols, and a client for them',
    '.SH SYNOPSIS',
    ...commands.filter(runs).flatMap(synopsis),
    '.SH DESCRIPTION',
    ...frame.description.split('\n').map(text),
    '.SH OPTIONS',
    ...root!.options.flatMap(option),
    '.SH COMMANDS',
    ...commands.flatMap(section),
    ...[
      ['ENVIRONMENT', frame.environment] as const,
      ['FILES', frame.files] as const,
      ['EXIT STATUS', frame.status] as const,
    ].flatMap(([title, rows]) => [
      `.SH ${title === 'EXIT STATUS' ? `"${title}"` : title}`,
      ...rows.flatMap(([term, what]) => ['.TP', `.B ${text(term)}`, text(what)]),
    ]),
    '',
  ].join('\n')
}

/** A group of commands may be a command itself. */
function runs(command: ListedCommand): boolean {
  return command.commands.length === 0 || command.arguments.length > 0
}

function synopsis(command: ListedCommand): readonly string[] {
  const words = ['[options]', ...command.arguments.map(argumentForm)]
  return [`.B parley ${text(command.path.join(' '))}`, text(words.join(' ')), '.br']
}

function section(command: ListedCommand): readonly string[] {
  const { path, description, options } = command
  return [
    `.SS "parley ${text([...path, ...command.arguments.map(argumentForm)].join(' '))}"`,
    text(sentence(description)),
    ...command.arguments.filter((each) => each.description !== '').flatMap(argument),
    ...options.filter(({ long }) => long !== '--help').flatMap(option),
    ...verbatim(notes[path.join(' ')] ?? ''),
  ]
}

function argument(each: ListedArgument): readonly string[] {
  const choices = typeof each.kind === 'object' ? `: ${each.kind.choices.join(', ')}` : ''
  return ['.TP', `.I ${text(argumentForm(each))}`, text(sentence(each.description + choices))]
}

function option({ short, long, description, value }: ListedOption): readonly string[] {
  const names = [short, long].filter((name) => name !== undefined).map((name) => `\\fB${text(name)}\\fR`)
  const shown = value ? ` \\fI${text(value.name)}\\fR` : ''
  const choices = value && typeof value.kind === 'object' ? `; one of ${value.kind.choices.join(', ')}` : ''
  return ['.TP', `${names.join(', ')}${shown}`, text(sentence(description + choices))]
}

function argumentForm({ name, required, variadic }: ListedArgument): string {
  const word = `${name}${variadic ? '...' : ''}`
  return required ? `<${word}>` : `[${word}]`
}

/** Examples as they are, with their indentation. */
function verbatim(notesOfHelp: string): readonly string[] {
  if (notesOfHelp === '') return []
  return ['.PP', '.nf', ...notesOfHelp.trim().split('\n').map(text), '.fi']
}

function sentence(words: string): string {
  return `${words[0]?.toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`
}

/** Without what roff would obey. */
function text(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replace(/^([.'])/, '\\&$1')
}
