import { createCore, MemoryBus, type Clock, type Passwords, type Random, type Spool, type Store } from '@parley/core'
import { protocols } from '@parley/protocols'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { listenersOf } from './config/listeners.ts'
import type { Parsed } from './config/listener-url.ts'
import type { Settings } from './config/settings.ts'
import { systemReason } from './config/system-reason.ts'
import { Gate, type ListenerSpec } from './gate/gate.ts'
import type { Log } from './log.ts'
import { nodeDigests } from './node-digests.ts'

/** How long a stopping server waits for its readers. */
const graceMs = 5_000

/** What the server takes from outside: the real ones in a process, virtual ones in a test. */
export interface ServerParts {
  readonly store: Store
  readonly passwords: Passwords
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** For files between users who move them in different ways; where absent there are none. */
  readonly spool?: Spool
  /** For tests: sees every socket that is let in. */
  readonly admitted?: (socket: Socket) => void
}

export interface Listening {
  /** As the scheme of its URL: with an `s` where it is TLS. */
  readonly protocol: string
  readonly host: string
  readonly port: number
}

export interface RunningServer {
  /** In the order of the settings. */
  readonly listening: readonly Listening[]
  /** For tests: what the gate sees. */
  readonly gate: Gate
  /** The store is the caller's to close. */
  stop(): Promise<void>
}

/** Composes the core and the gate and listens. Fails with a message for people. */
export async function startServer(settings: Settings, parts: ServerParts): Promise<Parsed<RunningServer>> {
  const listeners = listenersOf(settings, protocols)
  if (!listeners.ok) return listeners
  const tls = readTls(settings)
  if (!tls.ok) return tls

  const { store, passwords, clock, random, log, spool, admitted } = parts
  const { limits, mailbox, name: serverName } = settings
  const bus = new MemoryBus().join()
  const core = createCore(
    { store, bus, clock, random, passwords, ...(spool && { spooling: { spool, digests: nodeDigests } }) },
    {
      messageRate: limits.messageRate,
      groupsPerUser: limits.groupsPerUser,
      tunnelsPerUser: limits.tunnelsPerUser,
      fileBytes: limits.fileBytes,
      mailbox,
      passwords: settings.passwords,
    },
  )
  core.tunnels.watch({ ended: (report) => log.info(report, 'tunnel ended') })
  const loaded = await core.groups.load()
  if (!loaded.ok) {
    bus.close()
    return { ok: false, message: cannotLoad }
  }
  const gate = new Gate({ core, clock, log, limits, serverName, ...(admitted && { admitted }) })
  const listening: Listening[] = []
  const pending: ListenerSpec[] = listeners.value.map(({ protocol, tls: secure, host, port, options }) => {
    return { protocol: protocol.name, dialect: protocol.dialect(options), host, port, tls: secure ? tls.value : null }
  })
  for (let spec = pending.shift(); spec; spec = pending.shift()) {
    const opened = await listenOn(gate, spec)
    if (!opened.ok) {
      await gate.stop(0)
      return opened
    }
    const { host, tls: keys } = spec
    listening.push(opened.value)
    const companions = spec.dialect.companions ?? []
    pending.unshift(
      ...companions.map(({ name, port, dialect }) => {
        return { protocol: name, dialect, host, port: port(spec.port), tls: keys }
      }),
    )
  }
  return {
    ok: true,
    value: {
      listening,
      gate,
      stop: async () => {
        await gate.stop(graceMs)
        bus.close()
      },
    },
  }
}

async function listenOn(gate: Gate, spec: ListenerSpec): Promise<Parsed<Listening>> {
  const { protocol, tls, host, port } = spec
  const scheme = tls ? `${protocol}s` : protocol
  try {
    return { ok: true, value: { protocol: scheme, host, port: await gate.listen(spec) } }
  } catch (error) {
    return { ok: false, message: cannotListen(`${scheme}://${host}:${port}`, error) }
  }
}

function readTls({ tls }: Settings): Parsed<{ cert: string; key: string } | null> {
  if (!tls) return { ok: true, value: null }
  const texts: string[] = []
  for (const file of [tls.certificate, tls.key]) {
    try {
      texts.push(readFileSync(file, 'utf8'))
    } catch (error) {
      return { ok: false, message: `cannot read the TLS file ${file}: ${systemReason(error)}` }
    }
  }
  const [cert = '', key = ''] = texts
  return { ok: true, value: { cert, key } }
}

const cannotLoad =
  'cannot read the groups in the store; the log says why. Check that the disk of the data directory works and is not full'

const listenReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it or choose another port with --listen',
  EACCES: 'this user may not listen there; choose a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; choose one of its own, or 127.0.0.1',
  ENOTFOUND: 'there is no such host; choose an address of this machine, or 127.0.0.1',
}

function cannotListen(url: string, error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  if (/^ERR_(OSSL|SSL)/.test(code))
    return `cannot listen on ${url}: the certificate or its key is no valid PEM, or they do not belong together`
  return `cannot listen on ${url}: ${listenReasons[code] ?? systemReason(error)}`
}
