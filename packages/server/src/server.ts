import type { Listening } from '@parley/protocols'
import type { Socket } from 'node:net'
import { readCertificate, validityProblem, type CertificateAndKey } from './config/certificate.ts'
import { clashIn, plannedPorts } from './config/clashes.ts'
import { compose, type Composed, type ServerParts } from './compose.ts'
import { listenersOf } from './config/listeners.ts'
import type { ListenerUrl, Parsed } from './config/listener-url.ts'
import { needRestart } from './config/live-settings.ts'
import type { Settings } from './config/settings.ts'
import { listenReason } from './listen-reason.ts'
import type { ListenerSpec } from './net/connections.ts'
import { Listeners } from './net/listeners.ts'
import { schemes, type ListenerScheme } from './schemes.ts'

/** How long a stopping server waits for its readers. */
const graceMs = 5_000

export interface RunningServer extends Pick<
  Composed,
  'community' | 'submit' | 'cluster' | 'metrics' | 'administration' | 'surroundings' | 'saved'
> {
  /** In the order of the settings. */
  readonly listening: readonly Listening[]
  /** For tests: what it knows of its connections. */
  readonly listeners: Listeners
  /**
   * Goes by these limits, texts and certificates from here on, and drops nobody. What belongs to a
   * connection from its beginning stays as it was. Fails with a message for people, and nothing has
   * changed then.
   */
  reload(settings: Settings): Parsed<void>
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
  const urls = listenersOf(settings, schemes)
  if (!urls.ok) return urls
  const clash = clashIn(plannedPorts(urls.value))
  if (clash !== null) return { ok: false, message: clash }
  const tls = readCertificate(settings)
  if (!tls.ok) return tls
  const certificate = tls.value && { ...tls.value }
  warnOfValidity(certificate, parts)
  const composed = await compose(settings, parts)
  if (!composed) return { ok: false, message: cannotLoad }

  const { community, submit, services } = composed
  const listeners = new Listeners(services, admitted)
  composed.onCutOff(() => listeners.cutOff())
  const { metrics, administration, surroundings } = composed
  const listening: Listening[] = []
  Object.assign(surroundings, { unsentBytes: () => listeners.unsentBytes, listening: () => listening })
  const pending = urls.value.map((url) => specOf(url, certificate))
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
      ...companions.map(({ name, port, dialect }): ListenerSpec => {
        return { protocol: name, dialect, host, port: port(spec.port), tls: keys, proxy }
      }),
    )
  }
  const { unused } = listeners
  if (unused.length > 0) parts.logger.warn({ sockets: unused }, 'the service manager opened sockets for no listener')
  return {
    ok: true,
    value: {
      community,
      submit,
      cluster: composed.cluster,
      listening,
      listeners,
      metrics,
      administration,
      surroundings,
      saved: composed.saved,
      reload: (next) => {
        const read = readCertificate(next)
        if (!read.ok) return read
        const fixed = needRestart(settings, next)
        if (fixed.length > 0)
          parts.logger.warn({ settings: fixed }, 'these settings are read at the start only; restart')
        composed.change(next)
        if (certificate && read.value) {
          warnOfValidity(read.value, parts)
          Object.assign(certificate, read.value)
          listeners.renew(certificate)
        }
        return { ok: true, value: undefined }
      },
      stop: async () => {
        await listeners.stop(graceMs)
        await composed.close()
      },
    },
  }
}

function specOf(url: ListenerUrl<ListenerScheme>, keys: ListenerSpec['tls']): ListenerSpec {
  const { protocol: scheme, host, port, options, proxy } = url
  const tls = url.tls ? keys : null
  const spec = { protocol: scheme.name, dialect: scheme.dialect(options), host, port, tls, proxy }
  return scheme.makeServer ? { ...spec, makeServer: scheme.makeServer(options) } : spec
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

function warnOfValidity(certificate: CertificateAndKey | null, { clock, logger }: ServerParts): void {
  const problem = certificate && validityProblem(certificate, clock.now())
  if (problem) logger.warn({}, problem.message)
}

const cannotLoad = 'cannot read the store; the log says why. See whether the disk of the data directory works'

function cannotListen(url: string, error: unknown): string {
  return `cannot listen on ${url}: ${listenReason(error)}`
}
