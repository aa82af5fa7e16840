import { Argument, Option, type Command } from 'commander'
import type { AdminAction, AdminOptions } from './admin.ts'
import { adminExamples, topExamples } from './help.ts'
import type { TopOptions } from './top.ts'

/** What the operator's commands are called, and what runs them. */
export interface OperatorRunners {
  admin(action: AdminAction, argument: string, options: AdminOptions): Promise<void>
  top(options: TopOptions): Promise<void>
}

const who = 'a name, or an address or network such as 192.0.2.0/24'
const actions = [
  { name: 'kick', about: 'put a user out, who may come again', argument: '<name>', is: 'who', reason: true },
  { name: 'ban', about: 'keep somebody out on every protocol', argument: '<who>', is: who, reason: true, put: true },
  { name: 'unban', about: 'take a ban back', argument: '<who>', is: who },
  { name: 'mute', about: 'let somebody listen and not speak', argument: '<who>', is: who, reason: true, put: true },
  { name: 'unmute', about: 'let somebody speak again', argument: '<who>', is: who },
  {
    name: 'slow',
    about: 'how often everybody may speak',
    argument: '<MESSAGES/SECONDS|off>',
    is: 'such as 1/10, or off',
  },
  { name: 'level', about: 'what guests may do; without a level print it', argument: '[level]', is: 'the level' },
  { name: 'broadcast', about: 'say something to everybody, as Server', argument: '<text>', is: 'what to say' },
  { name: 'list', about: 'print who is here, the bans or the mutes', argument: '[what]', is: 'what' },
  { name: 'limits', about: 'print the limits that count', argument: '', is: '' },
  { name: 'log', about: 'print what operators did, the newest last', argument: '', is: '' },
  { name: 'nodes', about: 'print the nodes of a cluster: how many people, how far behind', argument: '', is: '' },
  { name: 'shutdown', about: 'stop the server in order', argument: '', is: '' },
] as const satisfies readonly { readonly name: AdminAction; readonly [detail: string]: unknown }[]

const choices: Readonly<Record<string, readonly string[]>> = {
  level: ['open', 'guests-silent', 'no-guests'],
  list: ['users', 'bans', 'mutes'],
}

/** `options`: those that name the data directory. */
export function addOperatorCommands(
  program: Command,
  runners: OperatorRunners,
  options: readonly (() => Option)[],
): void {
  const admin = program
    .command('admin')
    .description('Look after a server: who may be here, and who may speak.')
    .addHelpText('after', adminExamples)
  for (const action of actions) {
    const { name, about, argument, is } = action
    const command = admin.command(name).description(about)
    for (const option of options) command.addOption(option())
    if (argument !== '') {
      const given = new Argument(argument, is)
      command.addArgument(choices[name] ? given.choices(choices[name]) : given)
    }
    if ('reason' in action) command.option('--reason <TEXT>', 'why, for other operators')
    if ('put' in action) command.option('--for <TIME>', 'how long: 90s, 10m, 2h, 7d (default: for good)')
    if (is === who) command.option('--account', 'the holder of the account, rather than whoever uses the name')
    if (argument === '') command.action((given: AdminOptions) => runners.admin(name, '', given))
    else command.action((value: string | undefined, given: AdminOptions) => runners.admin(name, value ?? '', given))
  }
  const top = program.command('top').description('Watch a running server: load, users, messages and refusals.')
  for (const option of options) top.addOption(option())
  top
    .option('--once', 'print it once, without a terminal')
    .option('--url <URL>', 'read this page of metrics in place of the data directory: http://127.0.0.1:9464/metrics')
    .option('--every <SECONDS>', 'how often to look (default: 2)')
    .addHelpText('after', topExamples)
    .action(runners.top)
}
