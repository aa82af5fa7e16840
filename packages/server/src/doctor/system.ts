import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { good, problem, warning, type Finding } from './finding.ts'

const mebibyte = 1_048_576
/** Below it a clock was never set. */
const year2025 = Date.UTC(2025)
const backlog = 4_096

/** What this process may have of the system. */
export interface SystemFacts {
  /** Null: not known here. */
  readonly openFiles: number | null
  readonly backlog: number | null
  /** Bytes. */
  readonly memory: number
  readonly isRoot: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

export function systemFacts(): SystemFacts {
  const [, files] = /^Max open files +\S+ +(\d+)/m.exec(read('/proc/self/limits')) ?? []
  const queue = Number.parseInt(read('/proc/sys/net/core/somaxconn'), 10)
  // Node says a number that no machine has where there is no limit.
  const constrained = process.constrainedMemory()
  return {
    openFiles: files === undefined ? null : Number(files),
    backlog: Number.isNaN(queue) ? null : queue,
    memory: constrained > 0 ? Math.min(totalmem(), constrained) : totalmem(),
    isRoot: process.getuid?.() === 0,
    now: Date.now(),
  }
}

export function systemFindings({ openFiles, backlog: queue, memory, isRoot, now }: SystemFacts): readonly Finding[] {
  const findings: Finding[] = []
  if (openFiles !== null) findings.push(openFilesFinding(openFiles))
  const size = `${Math.floor(memory / mebibyte)} MiB of memory`
  if (memory < 128 * mebibyte) findings.push(problem('system', `There are only ${size}`, 'Give it 256 MiB or more.'))
  else if (memory < 256 * mebibyte)
    findings.push(warning('system', `There are only ${size}`, 'Give it 256 MiB or more.'))
  else findings.push(good('system', `There are ${size}`))
  if (queue !== null && queue < backlog) {
    const message = `The system lets ${queue} connections wait to be accepted; more at once are refused`
    findings.push(warning('system', message, `Run: sysctl -w net.core.somaxconn=${backlog}`))
  }
  if (now < year2025) {
    findings.push(
      problem('system', `The clock says ${new Date(now).toISOString()}`, 'Set it; certificates and dates go by it.'),
    )
  }
  if (isRoot) {
    const todo = 'Run the server as a user of its own, such as packaging/parley.service does.'
    findings.push(warning('system', 'This is root, and so would a server be that is started like this', todo))
  }
  return findings
}

function openFilesFinding(limit: number): Finding {
  const message = `A process may open ${limit} files, and each connection takes one`
  const todo = 'Raise it: ulimit -n 65536, or LimitNOFILE=65536 in the unit.'
  if (limit < 256) return problem('system', message, todo)
  return limit < 4_096 ? warning('system', message, todo) : good('system', message)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
