import { connect, MemoryTrust, type Chat, type ChatEvents, type ConnectOptions } from '@parley/client'
import { tcp } from '@parley/client/node'

/** Making a pair of RSA keys takes longer than a test may: a name has the same one in all of them. */
const trusts = new Map<string, MemoryTrust>()

const events = [
  'joined',
  'left',
  'broadcast',
  'private-message',
  'unreadable',
  'seal-alarm',
  'group-message',
  'notice',
  'key-changed',
  'closed',
  'protocol-violation',
] as const satisfies readonly (keyof ChatEvents)[]

/** A chat that remembers what it heard: the event and its texts in a line, such as `broadcast ann hello`. */
export class ChatUnderTest {
  readonly chat: Chat
  readonly heard: string[] = []
  #wake: (() => void)[] = []

  constructor(chat: Chat) {
    this.chat = chat
    for (const event of events) {
      chat.on(event, (what) => {
        const words = Object.values(what).filter((value) => value === null || typeof value === 'string')
        this.heard.push([event, ...words].join(' '))
        for (const wake of this.#wake.splice(0)) wake()
      })
    }
  }

  static async open(url: string, options: Partial<ConnectOptions> = {}): Promise<ChatUnderTest> {
    const name = /\/\/([^@]*)@/.exec(url)?.[1] ?? ''
    const trust = ChatUnderTest.trustOf(name)
    return new ChatUnderTest(await connect(url, { transport: tcp(), reconnect: false, trust, ...options }))
  }

  static trustOf(name: string): MemoryTrust {
    let trust = trusts.get(name)
    if (!trust) trusts.set(name, (trust = new MemoryTrust()))
    return trust
  }

  /** Resolves with the first line that begins so, now or later. */
  async hears(beginning: string): Promise<string> {
    for (;;) {
      const line = this.heard.find((each) => each.startsWith(beginning))
      if (line !== undefined) return line
      if (this.heard.some((each) => each.startsWith('closed'))) throw new Error(`closed before "${beginning}" came`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }
}
