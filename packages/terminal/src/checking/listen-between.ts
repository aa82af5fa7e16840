import { ChatError } from '@parley/client'
import { Middleman, reach, shownUrl, type CheckUrl, type Passed } from '@parley/conformance'
import type { ClientEnvironment } from '../client-environment.ts'
import { readNamedFile } from './server-urls.ts'

export interface BetweenOptions {
  readonly listen?: readonly string[]
  readonly ca?: string
}

/** Whoever stands in the middle. */
interface Between {
  stop(): Promise<void>
}

/**
 * Listens in front of each server, and says on standard error where. `tell` hears what passes, with
 * its protocol. Rejects with a ChatError.
 */
export async function listenBetween(
  urls: readonly CheckUrl[],
  { listen = [], ca: file }: BetweenOptions,
  { streams }: ClientEnvironment,
  tell: (protocol: string, passed: Passed) => void,
): Promise<Between> {
  if (listen.length > urls.length) {
    throw new ChatError('usage', `--listen stands ${listen.length} times, and there are ${urls.length} URLs`)
  }
  const places = urls.map((_, index) => placeOf(listen[index]))
  const ca = file === undefined ? undefined : await readNamedFile(file, '--ca')
  const { addresses, stop } = await reach(urls, ca)
  const middlemen: Middleman[] = []
  const end = async () => {
    await Promise.all(middlemen.map((each) => each.stop()))
    await stop()
  }
  for (const [index, url] of urls.entries()) {
    const place = places[index]!
    const { protocol } = url
    try {
      const middleman = await Middleman.listen(place, addresses.get(protocol)!, (passed) => tell(protocol, passed))
      middlemen.push(middleman)
      streams.errors.write(`${protocol}://${shown(place.host)}:${middleman.port} leads to ${shownUrl(url)}\n`)
    } catch (error) {
      await end()
      throw cannotListen(`${place.host}:${place.port}`, error)
    }
  }
  return { stop: end }
}

/** Resolves when the program is told to end. */
export function untilStopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve()
    else stop.addEventListener('abort', () => resolve(), { once: true })
  })
}

function placeOf(text: string | undefined): { readonly host: string; readonly port: number } {
  if (text === undefined) return { host: '127.0.0.1', port: 0 }
  const [, host = '', digits = ''] = /^(?:(\[[0-9a-f:.]+\]|[^\s:/[\]]*):)?(\d{1,5})$/i.exec(text) ?? []
  const port = digits === '' ? -1 : Number(digits)
  if (port < 0 || port > 65_535) {
    throw new ChatError('usage', `--listen cannot be "${text}"; write HOST:PORT, or PORT for this machine`)
  }
  return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port }
}

function shown(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function cannotListen(where: string, error: unknown): ChatError {
  const { code = '' } = error as NodeJS.ErrnoException
  const why = code === 'EADDRINUSE' ? 'another program listens there; choose another port' : code
  return new ChatError('unreachable', `cannot listen on ${where}: ${why}`)
}
