import { PassingMemory, type ChatUrl, type ConnectOptions } from '@parley/client'
import { MemoryFile } from '@parley/client/node'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * What is remembered of an account, beside the keys: undefined where the protocol has no use for it.
 * `isKept`: it is gone on with, and a token is asked for; otherwise only the token is used, which
 * takes the place of the password.
 */
export async function memoryOf(
  { protocol, host, port, name }: ChatUrl,
  keys: string,
  isKept: boolean,
): Promise<(Pick<ConnectOptions, 'device'> & Required<Pick<ConnectOptions, 'memory'>>) | undefined> {
  if (protocol !== 'parley') return undefined
  const memory = new MemoryFile({ directory: join(keys, 'chats'), server: `${host}:${port}`, name })
  if (isKept) return { memory, device: hostname() }
  const { token } = await memory.load()
  return { memory: new PassingMemory({ token }) }
}
