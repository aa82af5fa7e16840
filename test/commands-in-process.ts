import { connect } from '@parley/client/node'
import type { Clock, ConnectOptions, Identity } from '@parley/client'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chat, type ChatOptions } from 'parley/src/chat.ts'
import type { ClientEnvironment } from 'parley/src/client-environment.ts'
import { FakeStreams } from 'parley/src/fake-streams.ts'

/** What `identity.json` holds: one that is there already, because making it takes longer than a test may. */
const identity = JSON.stringify(
  (
    JSON.parse(readFileSync(new URL('../packages/client/vectors/parley-2.json', import.meta.url), 'utf8')) as {
      readonly from: { readonly identity: Identity }
    }
  ).from.identity,
)

/** The commands of the client, run within this process over streams in memory. */
export class CommandsInProcess {
  /** Their home, and where files are received. */
  readonly directory: string
  readonly #time: { readonly clock?: Clock }
  #chats: Talking[] = []

  private constructor(directory: string, time: { readonly clock?: Clock }) {
    this.directory = directory
    this.#time = time
  }

  /** `clock`: the time that they wait by. */
  static async open(time: { readonly clock?: Clock } = {}): Promise<CommandsInProcess> {
    return new CommandsInProcess(await mkdtemp(join(tmpdir(), 'parley-commands-')), time)
  }

  environmentOf(streams: FakeStreams, password?: string): { stop: AbortController; environment: ClientEnvironment } {
    const stop = new AbortController()
    const variables = { PARLEY_PASSWORD: password, XDG_CONFIG_HOME: join(this.directory, 'config') }
    const dial = (where: string, options: ConnectOptions) => connect(where, { ...options, ...this.#time })
    return { stop, environment: { streams, variables, dial, stop: stop.signal, ...this.#time } }
  }

  /** `parley chat` in line mode. Unsealed, unless the options say otherwise. */
  talking(url: string, options: ChatOptions = {}, password?: string): Talking {
    const streams = new FakeStreams({ typed: [] })
    const { environment } = this.environmentOf(streams, password)
    const talking = new Talking(streams, this.#chat(url, options, environment))
    this.#chats.push(talking)
    return talking
  }

  /** The same, once it is signed in. */
  async signedIn(url: string, options?: ChatOptions, password?: string): Promise<Talking> {
    const talking = this.talking(url, options, password)
    await talking.hears(/^\* you are /m)
    return talking
  }

  /** A command from its beginning to its end, with nothing on its standard input. */
  async runs(command: (environment: ClientEnvironment) => Promise<number>, password?: string) {
    const streams = new FakeStreams({ piped: '' })
    const code = await command(this.environmentOf(streams, password).environment)
    return { code, written: streams.written, complaints: streams.complaints }
  }

  /** Types /quit wherever somebody is talking, once more where something is under way, and waits for the end. */
  async end(): Promise<void> {
    const chats = this.#chats.splice(0)
    await Promise.all(chats.flatMap((each) => [each.quit(), each.quit()]))
  }

  async close(): Promise<void> {
    await this.end()
    await rm(this.directory, { recursive: true })
  }

  async #chat(url: string, options: ChatOptions, environment: ClientEnvironment): Promise<number> {
    // Each has pins of its own.
    const keys = await mkdtemp(join(this.directory, 'keys-'))
    if (options.seal) await writeFile(join(keys, 'identity.json'), identity)
    return chat(url, { plain: true, seal: false, keys, downloads: this.directory, ...options }, environment)
  }
}

/** A chat in line mode that is typed into while it runs. */
export class Talking {
  /** Its exit code. */
  readonly over: Promise<number>
  readonly #streams: FakeStreams
  #shown = ''
  #isOver = false
  #wake: (() => void)[] = []

  constructor(streams: FakeStreams, over: Promise<number>) {
    this.#streams = streams
    for (const stream of [streams.output, streams.errors]) {
      stream.on('data', (bytes) => {
        this.#shown += String(bytes)
        this.#wakeAll()
      })
    }
    this.over = over.finally(() => {
      this.#isOver = true
      this.#wakeAll()
    })
  }

  get shown(): string {
    return this.#shown
  }

  type(line: string): void {
    this.#streams.input.write(`${line}\n`)
  }

  /** Resolves with all that it has written once that holds `what`. Rejects when it ends without it. */
  async hears(what: RegExp): Promise<string> {
    while (!what.test(this.#shown)) {
      if (this.#isOver) throw new Error(`it ended without ${String(what)}: ${this.#shown}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    return this.#shown
  }

  /** Resolves with the exit code. */
  quit(): Promise<number> {
    if (!this.#isOver) this.type('/quit')
    return this.over
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
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
