import { ChatError } from '@parley/client'
import { demandsOf, judge, judgedProtocols, reporters } from '@parley/conformance'
import { complainOf } from '../chat-errors.ts'
import type { ClientEnvironment } from '../client-environment.ts'
import type { ExitCode } from '../streams.ts'
import { Findings, limitsOf, showsColours, type JudgementOptions } from './judgement.ts'

export interface JudgeCommandOptions extends JudgementOptions {
  readonly type?: readonly string[]
}

/** More at a time would make slow clients late. */
const defaultJobs = 2

/** `parley check client`: 0 where the client did all that was demanded, 1 where it did not. */
export async function checkClient(
  name: string,
  command: readonly string[],
  options: JudgeCommandOptions,
  environment: ClientEnvironment,
): Promise<ExitCode> {
  try {
    const protocol = judgedProtocols[name]
    if (!protocol) throw new ChatError('usage', `clients of "${name}" cannot be judged`)
    const { only = [], strict = false, type: input = [] } = options
    const limits = limitsOf(options, defaultJobs)
    const demands = demandsOf(name, protocol, { only, strict })
    if (demands.length === 0) throw new ChatError('usage', `no demand has ${only.join(' or ')} in its name`)
    if (!command.some((word) => word.includes('{port}'))) {
      throw new ChatError('usage', 'the command does not say {port}, so the client could not find the judge')
    }
    const reporter = reporters[options.reporter ?? 'people']({
      colour: showsColours(environment),
      full: options.full ?? false,
    })
    const findings = new Findings(environment, reporter, demands.length)
    const heard = findings.heard.bind(findings)
    const run = await judge(name, protocol, {
      ...limits,
      command,
      input,
      only,
      strict,
      signal: environment.stop,
      heard,
    })
    return await findings.end(run)
  } catch (error) {
    return complainOf(environment.streams, error)
  }
}
