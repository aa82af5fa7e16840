import { isIP, Socket } from 'node:net'

/** The first descriptor that a service manager hands over (sd_listen_fds). */
const first = 3

interface Inherited {
  readonly descriptor: number
  readonly address: string
  readonly port: number
}

/**
 * Listening sockets that a service manager opened for us before we were started (systemd's socket
 * activation). A listener whose address and port are those of one of them listens there, so that
 * nobody is refused while the server is restarted.
 */
export class InheritedSockets {
  readonly #left: Inherited[]

  constructor(environment: Readonly<Record<string, string | undefined>> = process.env) {
    const { LISTEN_PID: pid, LISTEN_FDS: count = '0' } = environment
    const descriptors = Array.from({ length: Number(count) }, (_, at) => first + at)
    this.#left = pid === String(process.pid) ? descriptors.flatMap(found) : []
  }

  /** The descriptor of the socket that listens there; null: there is none. */
  take(host: string, port: number): number | null {
    const at = this.#left.findIndex(
      (each) => each.port === port && (isIP(host) === 0 || sameAddress(each.address, host)),
    )
    if (port === 0 || at < 0) return null
    return this.#left.splice(at, 1)[0]!.descriptor
  }

  /** `address:port` of those that nobody took. */
  get left(): readonly string[] {
    return this.#left.map(({ address, port }) => `${address}:${port}`)
  }
}

/** A socket is looked at without being listened to. The descriptor stays open. */
function found(descriptor: number): readonly Inherited[] {
  try {
    const { localAddress, localPort } = new Socket({ fd: descriptor, readable: false, writable: false })
    if (localAddress === undefined || localPort === undefined) return []
    return [{ descriptor, address: localAddress, port: localPort }]
  } catch {
    // It is no socket of ours.
    return []
  }
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
