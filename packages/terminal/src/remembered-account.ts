import { PassingMemory, type ChatUrl, type ConnectOptions } from '@parley/client'
import { MemoryFile } from '@parley/client/node'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * What a program goes on with. `place`: where the last program was, as a device of the account. `token`:
 * what takes the place of the password, and no more. `mailbox`: that, and it takes nothing out of the
 * mailbox by itself; it is told when all that waits has come.
 */
export type Remembers = 'place' | 'token' | 'mailbox'

/** No message has a higher number: nothing of the history comes. */
const end = Number.MAX_SAFE_INTEGER

/** What is remembered of an account, beside the keys: undefined where the protocol has no use for it. */
export async function memoryOf(
  { protocol, host, port, name }: ChatUrl,
  keys: string,
  remembers: Remembers,
): Promise<(Pick<ConnectOptions, 'device' | 'acknowledges'> & Required<Pick<ConnectOptions, 'memory'>>) | undefined> {
  if (protocol !== 'parley') return undefined
  const memory = new MemoryFile({ directory: join(keys, 'chats'), server: `${host}:${port}`, name })
  if (remembers === 'place') return { memory, device: hostname() }
  const { token } = await memory.load()
  if (remembers === 'token') return { memory: new PassingMemory({ token }) }
  return { memory: new PassingMemory({ token, cursor: end }), acknowledges: false }
}
