import { MemoryTrust, type InteropProtocol } from '@parley/client'
import { interopProfiles } from '@parley/client/node'
import { ChatUnderTest } from '../chat-under-test.ts'

export const protocols = ['ident', 'helo', 'json'] as const

/** Making a pair of keys takes long: all of our clients have one. */
const keys = new MemoryTrust()

/** Sees the keys of others for the first time. */
class FreshTrust extends MemoryTrust {
  override identity = () => keys.identity()
}

/** One of our clients, which speaks all profiles. */
export function openOurs(
  server: { port(protocol: string): number },
  protocol: InteropProtocol,
  name: string,
  interopProfile?: InteropProtocol,
): Promise<ChatUnderTest> {
  const url = `${protocol}://${name}@127.0.0.1:${server.port(protocol)}`
  const options = { trust: new FreshTrust(), interopProfiles, ...(interopProfile && { interopProfile }) }
  return ChatUnderTest.open(url, options)
}
