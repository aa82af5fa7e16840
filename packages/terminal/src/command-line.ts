import { addOperatorCommands, type OperatorRunners } from './operator-commands.ts'
import { Argument, Command, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { addCheckCommands } from './checking/check-commands.ts'
import { addClientCommands, type RunInEnvironment } from './client-commands.ts'
import {
  backupExamples,
  completionNotes,
  doctorNotes,
  hookExamples,
  programExamples,
  restoreExamples,
  serveExamples,
  userExamples,
} from './help.ts'
import type { DoctorOptions } from './doctor.ts'
import type { HookOptions } from './hook.ts'
import type { RestoreOptions } from './restore.ts'
import type { ServeOptions } from './serve.ts'
import type { PlaceOptions } from './settings.ts'
import type { Streams } from './streams.ts'
import type { UserOptions } from './user.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

type HookAction = 'add' | 'remove' | 'list'
type UserAction = 'add' | 'passwd' | 'promote' | 'demote' | 'remove' | 'list'

/** What runs the commands. */
export interface Runners extends OperatorRunners {
  serve(options: ServeOptions): Promise<void>
  user(action: UserAction, name: string, options: UserOptions): Promise<void>
  hook(action: HookAction, name: string, options: HookOptions): Promise<void>
  client: RunInEnvironment
  completion(shell: Shell): Promise<void>
  backup(file: string, options: PlaceOptions): Promise<void>
  restore(file: string, options: RestoreOptions): Promise<void>
  doctor(options: DoctorOptions): Promise<void>
  configCheck(file: string | undefined, options: PlaceOptions): Promise<void>
}

/** Every command of `parley` with its options: help, completion and the man page are made from it. */
export function commandLine({ output, errors }: Pick<Streams, 'output' | 'errors'>, runners: Runners): Command {
  const program = new Command('parley')
    .description('One chat server that speaks many chat protocols.')
    .version(manifest.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void errors.write(text),
    })
    .exitOverride()
    .showHelpAfterError('Add --help to see what there is.')
    .addHelpText('after', programExamples)
  addServe(program, runners.serve)
  addUser(program, runners.user)
  addHook(program, runners.hook)
  addOperatorCommands(program, runners, [configOption, dataOption])
  addUpkeep(program, runners)
  addClientCommands(program, runners.client)
  addCheckCommands(program, runners.client)
  program
    .command('completion')
    .description('Print what makes a shell complete the commands and options of parley.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', completionNotes)
    .action(runners.completion)
  return program
}

function addServe(program: Command, serve: Runners['serve']): void {
  program
    .command('serve')
    .description('Run the server until SIGINT (Ctrl-C) or SIGTERM. Options go before the configuration file.')
    .addOption(configOption())
    .addOption(dataOption())
    .option('--listen <URL>', 'listen here, PROTOCOL://HOST:PORT?OPTION=VALUE; may be given more than once', collect)
    .option('--host <HOST>', 'where URLs without a host listen (default: 127.0.0.1)')
    .option('--admin-listen <HOST:PORT>', 'serve /metrics, /healthz and /readyz there over HTTP (default: nowhere)')
    .option('--name <NAME>', 'what the greetings call this server (default: Parley)')
    .option('--rate-limit <off|BURST/PER-SECOND>', 'messages that others hear, per user (default: 20/5)')
    .option('--tls-cert <FILE>', 'certificate (PEM) for URLs with TLS, such as idents://')
    .option('--tls-key <FILE>', 'its private key (PEM)')
    .addOption(
      new Option('--log <FORM>', 'how listeners are announced (default: text on a terminal, else json)').choices([
        'text',
        'json',
      ]),
    )
    .addOption(
      new Option('--log-level <LEVEL>', 'what is logged (default: info)').choices([
        'debug',
        'info',
        'warn',
        'error',
        'silent',
      ]),
    )
    .option('--cluster <URL>', 'be a node of a cluster: nats://HOST:PORT,HOST:PORT/COMMUNITY')
    .option('--node <NAME>', 'what this node is called there (default: a name kept with its data)')
    .option('--nats-credentials <FILE>', 'who this node is to NATS, in a file that NATS has made')
    .option('--nats-ca <FILE>', 'whose certificates NATS has (PEM)')
    .option('--log-file <FILE>', 'append log lines (JSON) to this file (default: standard error)')
    .allowExcessArguments(false)
    .addHelpText('after', serveExamples)
    .action(serve)
}

function addUser(program: Command, perform: Runners['user']): void {
  const user = program
    .command('user')
    .description('Manage registered names. Works while a server runs.')
    .addHelpText('after', userExamples)
  const descriptions: readonly [UserAction, string][] = [
    ['add', 'register a name with a password'],
    ['passwd', 'change the password of a registered name'],
    ['promote', 'let the holder of a name look after the server in the page'],
    ['demote', 'take that back'],
    ['remove', 'give a name free again; its waiting messages are deleted'],
    ['list', 'print the registered names, one a line, and which are admins'],
  ]
  for (const [action, description] of descriptions) {
    const command = user.command(action).description(description).addOption(configOption()).addOption(dataOption())
    if (action !== 'list') command.argument('<name>', 'up to 32 letters (A-Z, a-z), digits and underscores')
    if (action === 'add' || action === 'passwd') {
      command
        .option('--password-file <FILE>', 'read the password from the first line of this file')
        .option('--password-stdin', 'read the password from the first line of standard input')
    }
    if (action === 'list') command.action((options: UserOptions) => perform(action, '', options))
    else command.action((name: string, options: UserOptions) => perform(action, name, options))
  }
}

/** What keeps a server well. */
function addUpkeep(program: Command, runners: Pick<Runners, 'backup' | 'restore' | 'doctor' | 'configCheck'>): void {
  program
    .command('backup')
    .description(
      'Save accounts, groups, waiting and kept messages to a file, and all else in the database. Works while a server runs.',
    )
    .argument('<FILE>', 'a new file')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', backupExamples)
    .action(runners.backup)
  program
    .command('restore')
    .description('Put a backup into a data directory that no server uses. It is compared and checked first.')
    .argument('<FILE>', 'what parley backup saved')
    .addOption(configOption())
    .addOption(dataOption())
    .option('--replace', 'take the place of the data that is there, which is kept beside it')
    .addHelpText('after', restoreExamples)
    .action(runners.restore)
  program
    .command('doctor')
    .description('Look at the configuration, the data, ports, certificates and the limits of this system.')
    .addOption(configOption())
    .addOption(dataOption())
    .option('--json', 'print one JSON line for each finding')
    .addHelpText('after', doctorNotes)
    .action(runners.doctor)
  const config = program.command('config').description('Look at a configuration file.')
  config
    .command('check')
    .description('say what is wrong with a configuration, without starting a server')
    .argument('[FILE]', 'the configuration file, in place of --config')
    .addOption(configOption())
    .action(runners.configCheck)
}

function addHook(program: Command, perform: Runners['hook']): void {
  const hook = program
    .command('hook')
    .description('Manage webhooks: bots that post over HTTP, and URLs that are called. Works while a server runs.')
    .addHelpText('after', hookExamples)
  const conversation = (flag: string, what: string) => new Option(`--${flag} <CONVERSATION>`, what)
  hook
    .command('add')
    .description('add a bot, and print once what it posts by and what its calls are signed with')
    .argument('<name>', 'up to 32 letters (A-Z, a-z), digits and underscores; nobody can sign in by it')
    .addOption(conversation('to', 'the only conversation it posts to: * for everybody, or #group (default: any)'))
    .option('--url <URL>', 'call this URL, http or https, for what others say')
    .addOption(conversation('hears', 'what calls tell of; may be given more than once (default: *)').argParser(collect))
    .addOption(configOption())
    .addOption(dataOption())
    .action((name: string, options: HookOptions) => perform('add', name, options))
  hook
    .command('remove')
    .description('take a bot away; its messages stay')
    .argument('<name>', 'its name')
    .addOption(configOption())
    .addOption(dataOption())
    .action((name: string, options: HookOptions) => perform('remove', name, options))
  hook
    .command('list')
    .description('print the bots, one a line')
    .addOption(configOption())
    .addOption(dataOption())
    .action((options: HookOptions) => perform('list', '', options))
}

function configOption(): Option {
  return new Option('--config <FILE>', 'configuration file; parley.example.jsonc shows every setting')
}

function dataOption(): Option {
  return new Option('--data <DIR>', 'data directory (default: $PARLEY_DATA, else ~/.local/share/parley)')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
