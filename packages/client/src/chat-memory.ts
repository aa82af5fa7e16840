import type { DeviceContext } from './client-protocol.ts'
import { Cursor } from './cursor.ts'
import { PassingMemory, type Memory } from './memory.ts'
import type { ConnectOptions } from './options.ts'

/** What a chat remembers from one connection to the next, and from one program to the next. */
export class ChatMemory {
  readonly #memory: Memory
  readonly #label: string | undefined
  #token: string | null = null

  constructor({ memory = new PassingMemory(), device }: Pick<ConnectOptions, 'memory' | 'device'>) {
    this.#memory = memory
    this.#label = device
  }

  /** Resolves with how far the program has come. */
  async load(): Promise<Cursor> {
    const { cursor, token } = await this.#memory.load()
    this.#token = token
    return new Cursor(cursor, (seq) => this.#memory.save({ cursor: seq }))
  }

  device(): DeviceContext {
    return {
      token: this.#token,
      label: this.#label,
      remember: (token) => {
        this.#token = token
        this.#memory.save({ token })
      },
    }
  }

  flush(): Promise<void> {
    return this.#memory.flush()
  }
}
