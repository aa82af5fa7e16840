import { Argument, Option, type Command } from 'commander'
import type { ReporterName } from '@parley/conformance'
import type { RunInEnvironment } from '../client-commands.ts'
import { checkExamples, judgeExamples, recordExamples, tapExamples } from './check-help.ts'
import type { CheckCommandOptions } from './check.ts'
import type { JudgeCommandOptions } from './check-client.ts'
import type { RecordCommandOptions } from './record.ts'
import type { TapCommandOptions } from './tap.ts'

const serverUrl = 'PROTOCOL://HOST:PORT, with an s behind the protocol for TLS'
const reporterNames = ['people', 'tap', 'junit', 'json', 'markdown'] as const satisfies readonly ReporterName[]
const judged = ['ident', 'helo', 'json', 'cp', 'chatos', 'parley'] as const

/** `check`, `check client`, `record` and `tap`, each loaded when it is called. */
export function addCheckCommands(program: Command, run: RunInEnvironment): void {
  const check = program
    .command('check')
    .description('Play every sentence of the documents against any server, and say what it does otherwise.')
    .argument('[urls...]', serverUrl)
  withJudgement(check)
    .option(
      '--level <LEVEL>',
      'only a level, a chapter, a section or a ruling: 2, groups, 7.7, X-5; repeatable',
      collect,
    )
    .option(
      '--account <NAME:FILE>',
      'an account of the server, its password the first line of FILE; repeatable',
      collect,
    )
    .option('--real-time', 'also what takes time: heartbeats and time-outs, up to some minutes')
    .option('--ca <FILE>', 'certificates (PEM) to trust beside those of the system')
    .option('--list', 'print what would be played, and connect to nobody')
    .addHelpText('after', checkExamples)
    .action((urls: readonly string[], options: CheckCommandOptions) =>
      run(async (environment) => (await import('./check.ts')).checkServer(urls, options, environment)),
    )
  const client = check
    .command('client')
    .description('Judge a client: run its command against a scripted server of the protocol.')
    .addArgument(new Argument('<protocol>', 'what the client speaks').choices(judged))
    .argument('<command...>', 'the client behind --; {host} and {port} are replaced')
  withJudgement(client)
    .option('--type <LINE>', 'type this into the client; repeatable', collect)
    .addHelpText('after', judgeExamples)
    // What both take is taken by the one above, wherever it stands.
    .action((protocol: string, command: readonly string[], _: unknown, own: Command) =>
      run(async (environment) =>
        (await import('./check-client.ts')).checkClient(
          protocol,
          command,
          own.optsWithGlobals<JudgeCommandOptions>(),
          environment,
        ),
      ),
    )
  withListen(program.command('record').argument('<urls...>', serverUrl))
    .description('Stand between clients and a server, and write down what passes as a transcript that runs.')
    .option('--output <FILE>', 'write it there, into a new file (default: standard output)')
    .option('--time', 'with heartbeats and the time that passes')
    .addHelpText('after', recordExamples)
    .action((urls: readonly string[], options: RecordCommandOptions) =>
      run(async (environment) => (await import('./record.ts')).record(urls, options, environment)),
    )
  withListen(program.command('tap').argument('<url>', serverUrl))
    .description('Stand between clients and a server, and show what passes, decoded.')
    .option('--bytes', 'with the bytes of each line')
    .option('--no-heartbeats', 'leave out PING and PONG')
    .option('--secrets', 'show passwords')
    .addHelpText('after', tapExamples)
    .action((url: string, options: TapCommandOptions) =>
      run(async (environment) => (await import('./tap.ts')).tap(url, options, environment)),
    )
}

function withJudgement(command: Command): Command {
  return command
    .option('--only <TEXT>', 'only what has this in its name, such as groups/kick; repeatable', collect)
    .option('--strict', 'take nothing but what the documents say; without it what programs in the field say is taken')
    .option('--full', 'every failure in full; without it the one to mend first of each chapter')
    .option('--timeout <SECONDS>', 'how long to wait for what must come (default: 4)')
    .option('--jobs <COUNT>', 'how many at a time (default: 16, of clients 2)')
    .addOption(new Option('--reporter <FORM>', 'how the findings are written (default: people)').choices(reporterNames))
}

function withListen(command: Command): Command {
  return command
    .option('--listen <HOST:PORT>', 'where clients connect to (default: a free port of this machine)', collect)
    .option('--ca <FILE>', 'certificates (PEM) to trust beside those of the system')
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
