import { MemoryTrust, PassingMemory, type ConnectOptions } from '@parley/client'
import type { TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest } from './server-under-test.ts'

/** Accounts, each with one identity on all its devices. */
export async function community(t: TestContext) {
  const server = await serverUnderTest({ listen: ['parley://127.0.0.1:0', 'helo://127.0.0.1:0'] })
  const chats: ChatUnderTest[] = []
  t.after(async () => {
    await Promise.all(chats.map(({ chat }) => chat.close()))
    await server.stop()
  })
  for (const name of ['ann', 'bob', 'cem']) await server.addAccount(name, 'secret')
  const trusts = new Map<string, MemoryTrust>()
  const trustOf = async (name: string) => {
    const { identity } = await ChatUnderTest.trustOf(name).contents()
    let trust = trusts.get(name)
    if (!trust) trusts.set(name, (trust = new MemoryTrust()))
    await trust.restore({ identity, pins: [] })
    return trust
  }
  return {
    server,
    trustOf,
    /** `port`: of something that stands in front of the server. */
    open: async (name: string, options: Partial<ConnectOptions> = {}, protocol = 'parley', port?: number) => {
      // So that nobody has said too much.
      server.clock.advance(9_000)
      const url = `${protocol}://${name}@127.0.0.1:${port ?? server.port(protocol)}`
      const chat = await ChatUnderTest.open(url, { password: 'secret', trust: await trustOf(name), ...options })
      chats.push(chat)
      return chat
    },
    /** One that remembers how far it came. */
    device: (name: string) => ({ device: `device of ${name}`, memory: new PassingMemory() }),
  }
}

/** Each has heard what the server said so far: the reply to a question comes behind it. */
export async function knowing(...chats: readonly ChatUnderTest[]): Promise<void> {
  await Promise.all(chats.map(({ chat }) => chat.groups.list()))
}

export async function identityOf(name: string): Promise<string> {
  return (await ChatUnderTest.trustOf(name).identity()).publicKey
}

export function privates({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^private-message (.*)$/.exec(line)?.[1] ?? [])
}

export function alarms(...chats: readonly ChatUnderTest[]): readonly string[] {
  return chats.flatMap(({ heard }) =>
    heard.filter((line) => /^(seal-alarm|unreadable|protocol|key-changed)/.test(line)),
  )
}
