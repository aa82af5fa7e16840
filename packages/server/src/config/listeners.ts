import { parseListenerUrl, type ListenerUrl, type Parsed, type Scheme } from './listener-url.ts'
import type { Settings } from './settings.ts'

/**
 * What a server with these settings listens on, in the order given; without any URL every protocol
 * on its default port. Fails with what is wrong with the first URL that is.
 */
export function listenersOf<P extends Scheme>(
  settings: Pick<Settings, 'listen' | 'host' | 'tls'>,
  protocols: readonly P[],
): Parsed<readonly ListenerUrl<P>[]> {
  const urls = settings.listen.length > 0 ? settings.listen : protocols.map(({ name }) => `${name}://`)
  const listeners: ListenerUrl<P>[] = []
  for (const url of urls) {
    const parsed = parseListenerUrl(url, protocols, settings)
    if (!parsed.ok) return parsed
    if (parsed.value.tls && !settings.tls) {
      return { ok: false, message: `"${url}" needs a certificate: give --tls-cert and --tls-key, or "tls" in the file` }
    }
    listeners.push(parsed.value)
  }
  return { ok: true, value: listeners }
}
