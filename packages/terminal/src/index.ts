import { CommanderError } from 'commander'
import { commandLine } from './command-line.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

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
  const program = commandLine(streams, {
    serve: async (options) => {
      code = await (await import('./serve.ts')).serve(options, streams)
    },
    user: async (action, name, options) => {
      const user = await import('./user.ts')
      code = await user[action](name, options, streams)
    },
    hook: async (action, name, options) => {
      const hook = await import('./hook.ts')
      code = await hook[action](name, options, streams)
    },
    admin: async (action, argument, options) => {
      code = await (await import('./admin.ts')).admin(action, argument, options, streams)
    },
    top: async (options) => {
      code = await (await import('./top.ts')).top(options, streams)
    },
    client: async (work) => {
      code = await work((await import('./process-environment.ts')).processEnvironment(streams))
    },
    backup: async (file, options) => {
      code = await (await import('./backup.ts')).backup(file, options, streams)
    },
    restore: async (file, options) => {
      code = await (await import('./restore.ts')).restore(file, options, streams)
    },
    doctor: async (options) => {
      code = await (await import('./doctor.ts')).doctor(options, streams)
    },
    configCheck: async (file, options) => {
      code = await (await import('./config-check.ts')).configCheck(file, options, streams)
    },
    completion: async (shell) => {
      streams.output.write((await import('./completion.ts')).completionScript(program, shell))
    },
  })
  try {
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const message = error instanceof Error ? error.message : String(error)
    // Nothing else of the program may be loaded by then, and no other code says so.
    if (message.includes('too many open files')) return complain(streams, tooManyFiles, 1)
    return complain(streams, `parley itself has a fault, please report it: ${message}`, 1)
  }
}

const tooManyFiles = 'This process may open no more files. Raise its limit (ulimit -n, or LimitNOFILE= in the unit).'
