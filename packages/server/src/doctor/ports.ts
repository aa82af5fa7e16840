import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { urlOf, type PlannedPort } from '../config/clashes.ts'
import { listenReason } from '../listen-reason.ts'
import { good, problem, type Finding } from './finding.ts'

const patienceMs = 3_000

/** Whether each port is free; where a server runs, whether it is heard there. */
export function portFindings(ports: readonly PlannedPort[], isRunning: boolean): Promise<readonly Finding[]> {
  const asked = ports.filter(({ port }) => port !== 0)
  return Promise.all(asked.map((port) => (isRunning ? isHeard(port) : isFree(port))))
}

async function isFree(planned: PlannedPort): Promise<Finding> {
  const { host, port } = planned
  const server = createServer()
  try {
    server.listen({ host, port })
    await once(server, 'listening')
    return good('ports', `${urlOf(planned)} is free`)
  } catch (error) {
    const message = `${urlOf(planned)} cannot be listened to`
    return problem('ports', message, `${listenReason(error)}.`)
  } finally {
    server.close()
  }
}

async function isHeard(planned: PlannedPort): Promise<Finding> {
  const { host, port } = planned
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  const socket = connect({ host: reached, port, timeout: patienceMs })
  socket.on('timeout', () => socket.destroy(new Error('it takes too long')))
  try {
    await once(socket, 'connect')
    return good('ports', `${urlOf(planned)} is listened to`)
  } catch {
    const message = `A server holds the data, and nobody listens at ${urlOf(planned)}`
    return problem('ports', message, 'See whether that server has this configuration, and restart it.')
  } finally {
    socket.destroy()
  }
}
