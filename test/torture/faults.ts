import type { SeededRandom } from '@parley/core/testing'
import { spawnSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import type { RestartableServer } from '../restartable-server.ts'
import type { Traffic } from '../durability/traffic.ts'
import type { JoltedServer } from './jolted-server.ts'

export interface Tortured {
  readonly server: RestartableServer
  readonly jolted: JoltedServer
  readonly traffic: Traffic
  readonly random: SeededRandom
}

/** What is done to a server and its clients while messages go through it. Resolves when all is as before. */
export type Fault = (tortured: Tortured) => Promise<void>

const mostPauseMs = 1_500
const dayMs = 86_400_000

export const faults = {
  'kill -9': async ({ traffic, jolted }) => {
    await traffic.kill()
    jolted.restarted()
    await traffic.signIn()
  },
  'stopped and going on': async ({ server, random }) => {
    server.process.kill('SIGSTOP')
    await wait(random.integer(mostPauseMs))
    server.process.kill('SIGCONT')
  },
  'a full disk': async ({ server, traffic, random }) => {
    traffic.tally.diskChanges++
    limitFiles(server, '0')
    await wait(random.integer(mostPauseMs))
    limitFiles(server, 'unlimited')
    traffic.tally.diskChanges++
  },
  'a clock that jumps': async ({ jolted, random }) => {
    await jolted.jump((random.integer(20) - 10) * dayMs)
  },
  'a reader that stalls': async ({ traffic, random }) => {
    await pick(traffic.receivers, random).stall(random.integer(mostPauseMs))
  },
  'a broken connection of a sender': async ({ traffic, server, random }) => {
    const sender = pick(traffic.senders, random)
    await sender.reset(server.port(sender.protocol))
  },
  'a broken connection of a reader': async ({ traffic, server, random }) => {
    const receiver = pick(traffic.receivers, random)
    await receiver.reset(server.port(receiver.protocol))
  },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

/** Those that this system can do, with the name of each. */
export function possibleFaults(): readonly FaultName[] {
  const canLimit = spawnSync('prlimit', ['--version']).status === 0
  return (Object.keys(faults) as FaultName[]).filter((name) => canLimit || name !== 'a full disk')
}

/** No file of the process may grow beyond that: as if the disk was full. */
function limitFiles(server: RestartableServer, bytes: string): void {
  const { status } = spawnSync('prlimit', [`--pid=${server.process.pid}`, `--fsize=${bytes}:unlimited`])
  if (status !== 0) throw new Error('prlimit cannot limit the files of the server')
}

function pick<T>(from: readonly T[], random: SeededRandom): T {
  return from[random.integer(from.length)]!
}
