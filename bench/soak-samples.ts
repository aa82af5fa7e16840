import { readdirSync } from 'node:fs'
import { measureCpu, residentBytes } from './processes.ts'
import type { SoakServer } from './soak-server.ts'

/** What a server takes at one moment. */
interface ServerSample {
  /** MB that are resident. */
  readonly memory: number
  readonly descriptors: number
  /** Percent of a core since the sample before. */
  readonly core: number
}

export interface SoakSample extends ServerSample {
  readonly minutes: number
  /** Milliseconds from saying to hearing, of what was said since the sample before. */
  readonly p50: number
  readonly p99: number
}

const megabyte = 1_048_576

/** Each call returns what the server takes now. */
export function measureServer({ pid }: SoakServer): () => ServerSample {
  let cpu = measureCpu(pid)
  let at = performance.now()
  return () => {
    const { serverMicroseconds } = cpu(1)
    const core = serverMicroseconds / 10 / (performance.now() - at)
    cpu = measureCpu(pid)
    at = performance.now()
    return { memory: residentBytes(pid) / megabyte, descriptors: readdirSync(`/proc/${pid}/fd`).length, core }
  }
}
