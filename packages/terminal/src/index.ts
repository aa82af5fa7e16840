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
    client: async (work) => {
      code = await work((await import('./process-environment.ts')).processEnvironment(streams))
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
    return complain(streams, `parley itself has a fault, please report it: ${message}`, 1)
  }
}
