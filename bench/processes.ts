import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Two processes that talk all the time would share a core by turns: each gets one of its own where the system can do that. */
const canPin = spawnSync('taskset', ['--version']).status === 0

export function start(core: number, script: string, ...args: string[]): ChildProcess {
  return startProgram(core, process.execPath, script, ...args)
}

export function startProgram(core: number, name: string, ...args: string[]): ChildProcess {
  const [program = name, ...rest] = [...(canPin ? ['taskset', '-c', String(core)] : []), name, ...args]
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** The JSON lines that a process prints until `done` says it is enough. */
export async function lines<T>(child: ChildProcess, done: (line: T) => boolean): Promise<readonly T[]> {
  const seen: T[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    const parsed = JSON.parse(line) as T
    seen.push(parsed)
    if (done(parsed)) break
  }
  return seen
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}
