import type { Command } from 'commander'
import type { ClientEnvironment } from './client-environment.ts'
import { chatExamples, sendExamples, tunnelExamples, usersNotes } from './client-help.ts'
import type { ChatOptions } from './chat.ts'
import type { InboxOptions } from './inbox.ts'
import type { LoginOptions } from './login.ts'
import type { SendOptions } from './what-to-send.ts'
import type { ExitCode } from './streams.ts'
import type { AcceptOptions, AskOptions } from './tunnel.ts'

/** Runs a command in an environment that lives as long as it. */
export type RunInEnvironment = (work: (environment: ClientEnvironment) => Promise<ExitCode>) => Promise<void>

/** `chat`, `send`, `users`, `inbox` and `tunnel`, each loaded when it is called. */
export function addClientCommands(program: Command, run: RunInEnvironment): void {
  addChat(program, run)
  addSend(program, run)
  withLogin(program.command('users').argument('<url>', urlForm))
    .description('Print who is here, one a line (ident, helo, json, parley).')
    .addHelpText('after', usersNotes)
    .action((url: string, options: LoginOptions) =>
      run(async (environment) => (await import('./users.ts')).users(url, options, environment)),
    )
  withLogin(program.command('inbox').argument('<url>', urlForm))
    .description('Print what waits in the mailbox with its dates, and take it out (cp, parley).')
    .option('--keep', 'leave it in the mailbox')
    .action((url: string, options: InboxOptions) =>
      run(async (environment) => (await import('./inbox.ts')).inbox(url, options, environment)),
    )
  addTunnel(program, run)
}

const urlForm = 'PROTOCOL://NAME@HOST:PORT, with an s behind the protocol for TLS'

function addChat(program: Command, run: RunInEnvironment): void {
  withTalking(withLogin(program.command('chat').argument('<url>', urlForm)))
    .description('Talk. A screen on a terminal, lines elsewhere.')
    .option('--plain', 'lines instead of a screen, for screen readers')
    .option('--times', 'lines begin with the time')
    .option('--raw', 'show the bytes of the wire from the first one on')
    .option('--downloads <DIR>', 'where files go, into a directory named by your name (default: your downloads)')
    .option('--max-file <SIZE>', 'the largest file to take, such as 64K, 10M, 2G (default: 1G)')
    .addHelpText('after', chatExamples)
    .action((url: string, options: ChatOptions) =>
      run(async (environment) => (await import('./chat.ts')).chat(url, options, environment)),
    )
}

function addSend(program: Command, run: RunInEnvironment): void {
  const command = program
    .command('send')
    .argument('<url>', urlForm)
    .argument('[what...]', 'a text, a file (with --to), or - for standard input, a message per line')
  withTalking(withLogin(command))
    .description('Send a text, standard input or a file, to everybody, a user or a group. 0: it was taken.')
    .option('--to <USER>', 'to this user')
    .option('--group <GROUP>', 'to this group, which is joined for it where necessary')
    .option('--text', 'it is text, even where a file has this name')
    .option('--sealed', 'send nothing unless it can be sealed')
    .addHelpText('after', sendExamples)
    .action((url: string, what: readonly string[], options: SendOptions) =>
      run(async (environment) => (await import('./send.ts')).send(url, what, options, environment)),
    )
}

function addTunnel(program: Command, run: RunInEnvironment): void {
  const tunnel = program
    .command('tunnel')
    .description('Carry TCP connections privately between two users (chatos, parley).')
    .addHelpText('after', tunnelExamples)
  withLogin(tunnel.command('ask').argument('<url>', urlForm).argument('<user>', 'who is to accept'))
    .argument('[names...]', 'with --field-files: the files to ask for')
    .description('Listen on a port of this machine; each connection comes out at the other user.')
    .option('--listen <PORT>', 'PORT of 127.0.0.1, or HOST:PORT; 0 picks a free one')
    .option('--field-files <DIR>', 'ask for files by name, as programs in the field do, and keep them in DIR')
    .option('--sealed', sealedForm)
    .option('--keys <DIR>', keysForm)
    .action((url: string, user: string, names: readonly string[], options: AskOptions) =>
      run(async (environment) => (await import('./tunnel.ts')).ask(url, user, names, options, environment)),
    )
  withLogin(tunnel.command('accept').argument('<url>', urlForm))
    .description('Let tunnels that others ask for through to a host and port.')
    .option('--to <HOST:PORT>', 'where they lead')
    .option('--from <USER>', 'let only this user through; may be given more than once', collect)
    .option('--field-files <DIR>', 'answer questions for files, as programs in the field ask them, with those of DIR')
    .option('--sealed', sealedForm)
    .option('--keys <DIR>', keysForm)
    .action((url: string, options: AcceptOptions) =>
      run(async (environment) => (await import('./tunnel.ts')).accept(url, options, environment)),
    )
}

const keysForm = 'your key, and those of others as first seen (default: ~/.config/parley)'
const sealedForm = 'seal what passes, so that the server cannot read it; the other side has to say so too'

function withLogin(command: Command): Command {
  return command
    .option(
      '--password-file <FILE>',
      'the password is its first line (default: $PARLEY_PASSWORD, else it is asked for)',
    )
    .option('--ca <FILE>', 'certificates (PEM) to trust beside those of the system')
}

function withTalking(command: Command): Command {
  return command
    .option('--keys <DIR>', keysForm)
    .option('--no-seal', 'send everything plain')
    .option(
      '--interop-profile <PROTOCOL>',
      'whose other programs open what you seal, where a key does not tell: ident, helo or json',
    )
    .option('--file-port <PORT>', 'where a json server takes the bytes of files (default: the port behind its own)')
}

function collect(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name]
}
