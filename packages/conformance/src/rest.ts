import type { Alarm } from './alarm.ts'
import { AwakeTime } from './awake.ts'
import type { Connection } from './connection.ts'
import type { Target } from './target.ts'

export interface Patience {
  /** Milliseconds of real time for what must come. */
  readonly patienceMs: number
  /** Milliseconds of silence after which a server that cannot tell is taken to be at rest. */
  readonly quietMs: number
}

/**
 * Hashing passwords takes a server a while, so coming to rest may take this many times as long as
 * one reply.
 */
const restFactor = 5

/**
 * Waits until the server has nothing left to do and the actors have received everything it said.
 * Resolves to what went wrong, or undefined.
 */
export async function comeToRest(
  target: Target,
  connections: readonly Connection[],
  alarm: Alarm,
  { patienceMs, quietMs }: Patience,
): Promise<string | undefined> {
  if (!target.quiesce) {
    const deadline = performance.now() + patienceMs
    while (performance.now() < deadline && (await alarm.rings(quietMs)));
    return undefined
  }

  const living = connections.filter((connection) => !connection.orphaned)
  const sides = await within(patienceMs * restFactor, target.quiesce(living.map((connection) => connection.side)))
  if (!sides) return `the server has not come to rest within ${patienceMs * restFactor} ms`

  const time = new AwakeTime(patienceMs)
  for (const connection of living) {
    const { clientPort, serverPort } = connection.side
    const server = sides.find((side) => side.clientPort === clientPort && side.serverPort === serverPort)
    if (!server || connection.own === 'gone') continue
    const behind = () =>
      !connection.reset && (connection.received < server.bytesSent || (server.ended && !connection.over))
    while (behind()) {
      if (await alarm.rings(time)) continue
      return `${connection.actor} has received ${connection.received} of the ${server.bytesSent} bytes that the server sent it${server.ended ? ', and should have seen its end' : ''}`
    }
  }
  return undefined
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let endWaiting = () => {}
  const late = new Promise<undefined>((resolve) => {
    endWaiting = new AwakeTime(ms).passes(() => resolve(undefined))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    endWaiting()
  }
}
