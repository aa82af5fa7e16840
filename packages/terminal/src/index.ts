import { Command, CommanderError, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { addClientCommands } from './client-commands.ts'
import { programExamples, serveExamples, userExamples } from './help.ts'
import type { ServeOptions } from './serve.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'
import type { UserOptions } from './user.ts'

/** The whole life of the `parley` process. */
export async function main(argv: readonly string[]): Promise<never> {
  const streams: Streams = { input: process.stdin, output: process.stdout, errors: process.stderr }
  // Whoever read our output may have gone away; a server goes on all the same.
  for (const stream of [streams.output, streams.errors]) stream.on('error', () => {})
  process.exit(await run(argv.slice(2), streams))
}

/** Runs one command. The commands themselves are loaded when they are called. */
export async function run(args: readonly string[], streams: Streams): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('parley')
    .description('One chat server that speaks many chat protocols.')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: (text) => void streams.output.write(text),
      writeErr: (text) => void streams.errors.write(text),
    })
    .exitOverride()
    .showHelpAfterError('Add --help to see what there is.')
    .addHelpText('after', programExamples)
  addServe(program, async (options) => {
    code = await (await import('./serve.ts')).serve(options, streams)
  })
  addUser(program, async (action, name, options) => {
    const user = await import('./user.ts')
    code = await user[action](name, options, streams)
  })
  addClientCommands(program, async (work) => {
    code = await work((await import('./process-world.ts')).processWorld(streams))
  })
  try {
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const message = error instanceof Error ? error.message : String(error)
    return complain(streams, `parley itself has a fault, please report it: ${message}`, 1)
  }
}

function addServe(program: Command, serve: (options: ServeOptions) => Promise<void>): void {
  program
    .command('serve')
    .description('Run the server until SIGINT (Ctrl-C) or SIGTERM. Options go before the configuration file.')
    .addOption(configOption())
    .addOption(dataOption())
    .option('--listen <URL>', 'listen here, PROTOCOL://HOST:PORT?OPTION=VALUE; may be given more than once', collect)
    .option('--host <HOST>', 'where URLs without a host listen (default: 127.0.0.1)')
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
    .option('--log-file <FILE>', 'append log lines (JSON) to this file (default: standard error)')
    .allowExcessArguments(false)
    .addHelpText('after', serveExamples)
    .action(serve)
}

type UserAction = 'add' | 'passwd' | 'remove' | 'list'

function addUser(
  program: Command,
  perform: (action: UserAction, name: string, options: UserOptions) => Promise<void>,
): void {
  const user = program
    .command('user')
    .description('Manage registered names. Works while a server runs.')
    .addHelpText('after', userExamples)
  const descriptions: readonly [UserAction, string][] = [
    ['add', 'register a name with a password'],
    ['passwd', 'change the password of a registered name'],
    ['remove', 'give a name free again; its waiting messages are deleted'],
    ['list', 'print the registered names, one a line'],
  ]
  for (const [action, description] of descriptions) {
    const command = user.command(action).description(description).addOption(configOption()).addOption(dataOption())
    if (action !== 'list') command.argument('<name>', 'up to 32 letters (A-Z, a-z), digits and underscores')
    if (action === 'add' || action === 'passwd') {
      command.option('--password-stdin', 'read the password from the first line of standard input')
    }
    if (action === 'list') command.action((options: UserOptions) => perform(action, '', options))
    else command.action((name: string, options: UserOptions) => perform(action, name, options))
  }
}

function configOption(): Option {
  return new Option('--config <FILE>', 'configuration file; parley.example.jsonc shows every setting')
}

function dataOption(): Option {
  return new Option('--data <DIR>', 'data directory (default: $PARLEY_DATA, else ~/.local/share/parley)')
}

function collect(url: string, before: readonly string[] = []): readonly string[] {
  return [...before, url]
}
