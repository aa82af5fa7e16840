import { WebSocketBridge } from '../web-socket-bridge.ts'
import type { Address } from '../target.ts'
import { addressesOf, shownUrl, type CheckUrl } from './check-url.ts'

/** Where each protocol is spoken over TCP, for as long as it is needed. */
export interface Reached {
  readonly addresses: ReadonlyMap<string, Address>
  stop(): Promise<void>
}

/**
 * The listeners of a server by protocol. A WebSocket is reached through a bridge on this machine.
 * `ca`: PEM certificates to trust; a WebSocket of Node knows no way but to trust them everywhere,
 * which ends with `stop`.
 */
export async function reach(urls: readonly CheckUrl[], ca?: string): Promise<Reached> {
  const addresses = new Map(addressesOf(urls, ca))
  const bridges: WebSocketBridge[] = []
  const distrust = await trust(urls.some(({ path, tls }) => path !== undefined && tls) ? ca : undefined)
  for (const url of urls.filter(({ path }) => path !== undefined)) {
    const bridge = await WebSocketBridge.listen(shownUrl(url))
    bridges.push(bridge)
    addresses.set(url.protocol, bridge.address)
  }
  const stop = async () => {
    await Promise.all(bridges.map((bridge) => bridge.stop()))
    distrust()
  }
  return { addresses, stop }
}

/** Returns what takes it back. */
async function trust(ca: string | undefined): Promise<() => void> {
  if (ca === undefined) return () => {}
  const { getCACertificates, setDefaultCACertificates } = await import('node:tls')
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, ca])
  return () => setDefaultCACertificates(before)
}
