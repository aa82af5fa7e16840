import type { ConnectOptions } from '@parley/client'
import { connect } from '@parley/client/node'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chat } from 'parley/src/chat.ts'
import { FakeStreams } from 'parley/src/fake-streams.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
/** As `identity.json` has it: made once, because making one takes longer than a test may. */
const identity = {
  publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
}

type World = Parameters<typeof chat>[2]

/** The commands of the client in this process, with a home of their own. `clock`: the time that they wait by. */
export class CommandLine {
  readonly #directory: string
  readonly #options: Pick<ConnectOptions, 'clock'>
  #chats: PlainChat[] = []

  private constructor(directory: string, options: Pick<ConnectOptions, 'clock'>) {
    this.#directory = directory
    this.#options = options
  }

  static async open(options: Pick<ConnectOptions, 'clock'> = {}): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), 'parley-field-')), options)
  }

  /** `parley chat --plain`, signed in. */
  async chat(url: string, { password, seal = false }: { password?: string; seal?: boolean } = {}): Promise<PlainChat> {
    const keys = join(this.#directory, `keys-${this.#chats.length}`)
    await mkdir(keys)
    await writeFile(join(keys, 'identity.json'), JSON.stringify(identity))
    const streams = new FakeStreams({ typed: [] })
    const over = chat(url, { plain: true, seal, keys, downloads: this.#directory }, this.#world(streams, password))
    const talking = new PlainChat(streams, over)
    this.#chats.push(talking)
    await talking.shows(/^\* you are /m)
    return talking
  }

  /** One command from its beginning to its end. */
  async runs(command: (world: World) => Promise<number>, password?: string) {
    const streams = new FakeStreams({ piped: '' })
    const code = await command(this.#world(streams, password))
    return { code, written: streams.written, complaints: streams.complaints }
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    await Promise.all(this.#chats.map((each) => each.quit()))
    await rm(this.#directory, { recursive: true })
  }

  #world(streams: FakeStreams, password: string | undefined): World {
    const environment = { PARLEY_PASSWORD: password, XDG_CONFIG_HOME: this.#directory }
    const dial: World['dial'] = (url, options) => connect(url, { ...options, ...this.#options })
    return { streams, environment, dial, stop: new AbortController().signal }
  }
}

/** A chat in line mode that is typed into while it runs. */
export class PlainChat {
  readonly #streams: FakeStreams
  readonly #over: Promise<number>
  #isOver = false
  #shown = ''
  #wake: (() => void)[] = []

  constructor(streams: FakeStreams, over: Promise<number>) {
    this.#streams = streams
    this.#over = over
    streams.output.on('data', (bytes: Buffer) => {
      this.#shown += bytes.toString()
      this.#wakeAll()
    })
    void over.finally(() => {
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

  /** Resolves once it stands there, now or later. Rejects when the chat ends without it. */
  async shows(what: RegExp): Promise<void> {
    while (!what.test(this.#shown)) {
      if (this.#isOver) throw new Error(`it ended without ${what}: ${this.#shown}${this.#streams.complaints}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  /** Resolves with the exit code. */
  quit(): Promise<number> {
    if (!this.#isOver) this.type('/quit')
    return this.#over
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
