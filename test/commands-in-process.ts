import { connect } from '@parley/client/node'
import type { ConnectOptions } from '@parley/client'
import { once } from 'node:events'
import { join } from 'node:path'
import { chat, type ChatOptions } from 'parley/src/chat.ts'
import type { ClientWorld } from 'parley/src/client-world.ts'
import { FakeStreams } from 'parley/src/fake-streams.ts'

/** A `parley chat` in line mode that is typed into while it runs. */
export interface Talking {
  type(line: string): void
  /** Resolves with all that it has written once that holds `what`. Rejects when it ends without it. */
  hears(what: RegExp): Promise<string>
  /** Its exit code. */
  readonly over: Promise<number>
}

/** The commands of the client, run within this process over streams in memory. `directory` is their home. */
export class CommandsInProcess {
  readonly #directory: string
  #ending: (() => Promise<unknown>)[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  /** `home`: whose keys are used, where several have to seal. */
  worldOf(streams: FakeStreams, password?: string, home = 'config'): { stop: AbortController; world: ClientWorld } {
    const stop = new AbortController()
    const environment = { PARLEY_PASSWORD: password, XDG_CONFIG_HOME: join(this.#directory, home) }
    const dial = (where: string, options: ConnectOptions) => connect(where, options)
    return { stop, world: { streams, environment, dial, stop: stop.signal } }
  }

  talking(url: string, options: ChatOptions = { seal: false }, home?: string): Talking {
    const streams = new FakeStreams({ typed: [] })
    const { world } = this.worldOf(streams, undefined, home)
    let heard = ''
    let isOver = false
    let wake: () => void = () => {}
    for (const stream of [streams.output, streams.errors]) {
      stream.on('data', (bytes) => {
        heard += String(bytes)
        wake()
      })
    }
    const over = chat(url, { plain: true, downloads: this.#directory, ...options }, world).finally(() => {
      isOver = true
      wake()
    })
    const type = (line: string) => void streams.input.write(`${line}\n`)
    this.#ending.push(() => {
      type('/quit')
      return over
    })
    return {
      type,
      over,
      hears: async (what) => {
        while (!what.test(heard)) {
          if (isOver) throw new Error(`it ended without ${String(what)}: ${heard}`)
          await new Promise<void>((resolve) => (wake = resolve))
        }
        return heard
      },
    }
  }

  /** A command from its beginning to its end, with nothing on its standard input. */
  async runs(command: (world: ClientWorld) => Promise<number>, password?: string) {
    const streams = new FakeStreams({ piped: '' })
    const code = await command(this.worldOf(streams, password).world)
    return { code, written: streams.written, complaints: streams.complaints }
  }

  /** Types /quit wherever somebody is talking, and waits for the end. */
  async end(): Promise<void> {
    await Promise.all(this.#ending.splice(0).map((end) => end()))
  }
}

/** What a command says first, as it does where nobody looks at it. */
export async function firstLine({ output }: FakeStreams): Promise<object> {
  for (;;) {
    const bytes: Buffer | null = output.read()
    if (bytes) return JSON.parse(bytes.toString()) as object
    await once(output, 'readable')
  }
}
