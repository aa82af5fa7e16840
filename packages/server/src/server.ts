import { protocols } from '@parley/protocols'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { compose, type Composed, type ServerParts } from './compose.ts'
import { listenersOf } from './config/listeners.ts'
import type { Parsed } from './config/listener-url.ts'
import type { Settings } from './config/settings.ts'
import { systemReason } from './system-reason.ts'
import type { ListenerSpec } from './net/connections.ts'
import { Listeners } from './net/listeners.ts'

/** How long a stopping server waits for its readers. */
const graceMs = 5_000

export interface Listening {
  /** As the scheme of its URL: with an `s` where it is TLS. */
  readonly protocol: string
  readonly host: string
  readonly port: number
}

export interface RunningServer extends Pick<Composed, 'community' | 'submit'> {
  /** In the order of the settings. */
  readonly listening: readonly Listening[]
  /** For tests: what it knows of its connections. */
  readonly listeners: Listeners
  /** The store is the caller's to close. */
  stop(): Promise<void>
}

/**
 * Composes the community with its listeners, and listens. Fails with a message for people.
 * `admitted`: for tests, sees every socket that is let in.
 */
export async function startServer(
  settings: Settings,
  parts: ServerParts,
  admitted?: (socket: Socket) => void,
): Promise<Parsed<RunningServer>> {
  const urls = listenersOf(settings, protocols)
  if (!urls.ok) return urls
  const tls = readTls(settings)
  if (!tls.ok) return tls
  const composed = await compose(settings, parts)
  if (!composed) return { ok: false, message: cannotLoad }

  const { community, submit, services } = composed
  const listeners = new Listeners(services, admitted)
  const listening: Listening[] = []
  const pending: ListenerSpec[] = urls.value.map((url) => {
    const { protocol, host, port, options, proxy } = url
    return {
      protocol: protocol.name,
      dialect: protocol.dialect(options),
      host,
      port,
      tls: url.tls ? tls.value : null,
      proxy,
    }
  })
  for (let spec = pending.shift(); spec; spec = pending.shift()) {
    const opened = await listenOn(listeners, spec)
    if (!opened.ok) {
      await listeners.stop(0)
      return opened
    }
    const { host, tls: keys, proxy } = spec
    listening.push(opened.value)
    const companions = spec.dialect.companions ?? []
    pending.unshift(
      ...companions.map(({ name, port, dialect }) => {
        return { protocol: name, dialect, host, port: port(spec.port), tls: keys, proxy }
      }),
    )
  }
  return {
    ok: true,
    value: {
      community,
      submit,
      listening,
      listeners,
      stop: async () => {
        await listeners.stop(graceMs)
        await composed.close()
      },
    },
  }
}

async function listenOn(listeners: Listeners, spec: ListenerSpec): Promise<Parsed<Listening>> {
  const { protocol, tls, host, port } = spec
  const scheme = tls ? `${protocol}s` : protocol
  try {
    return { ok: true, value: { protocol: scheme, host, port: await listeners.listen(spec) } }
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
  'cannot read the store; the log says why. Check that the disk of the data directory works and is not full'

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
