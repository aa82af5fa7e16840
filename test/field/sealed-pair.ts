import { MemoryTrust, type InteropProtocol } from '@parley/client'
import { interopProfiles } from '@parley/client/node'
import { ChatUnderTest } from '../chat-under-test.ts'
import type { ServerUnderTest } from '../server-under-test.ts'

export const protocols = ['ident', 'helo', 'json'] as const

/** Our client beside one of somebody else's. A pair of keys takes long to make: all of ours have one. */
const identity = new MemoryTrust().identity()

/** Every one of them sees keys for the first time. */
class FreshTrust extends MemoryTrust {
  override identity = () => identity
}

export function openOurs(
  server: ServerUnderTest,
  protocol: InteropProtocol,
  name: string,
  interopProfile?: InteropProtocol,
): Promise<ChatUnderTest> {
  const url = `${protocol}://${name}@127.0.0.1:${server.port(protocol)}`
  const options = { trust: new FreshTrust(), interopProfiles, ...(interopProfile && { interopProfile }) }
  return ChatUnderTest.open(url, options)
}
