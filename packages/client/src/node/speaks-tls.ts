import { connect } from 'node:tls'
import type { Where } from '../link.ts'

const patienceMs = 3_000

/** Whether what listens there speaks TLS, with whatever certificate. Nothing is said to it. */
export function speaksTls({ host, port }: Pick<Where, 'host' | 'port'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: patienceMs })
    const end = (speaks: boolean) => {
      socket.destroy()
      resolve(speaks)
    }
    socket.once('secureConnect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.on('error', () => end(false))
  })
}
