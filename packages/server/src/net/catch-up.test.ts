import { everyone, type ChatEvent, type ConnectionId, type HistoryStretch, type Reader } from '@parley/core'
import { groupNamed, HeldStore, named, PlainPasswords, said, SeededRandom, VirtualClock } from '@parley/core/testing'
import type { Dialect, SessionContext } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lineCapabilities, lineDialect } from '../../testing/line-protocol.ts'
import { MemoryStream } from '../../testing/memory-stream.ts'
import { compose, type Composed } from '../compose.ts'
import { defaultSettings } from '../config/settings.ts'
import { silentLogger } from '../logger.ts'
import { Connection } from './connection.ts'

const leastCuts = 1_000
const [ann, bob, cats] = [named('ann'), named('bob'), groupNamed('cats')]
const settings = { ...defaultSettings, limits: { ...defaultSettings.limits, messageRate: null } }

const wire = { name: 'stamped', encode: lineOf }

function lineOf(event: ChatEvent, { seq }: { readonly seq: number }): Uint8Array | null {
  if (!('text' in event)) return null
  return Buffer.from(`message ${seq} ${event.kept} ${event.text}\n`)
}

/** A session that says everything with its number, as a protocol does that hears once durable. */
const dialect: Dialect<string, string> = lineDialect(
  (context) => ({ received: (line) => handle(context, line) }),
  () => {},
  { hears: 'once-durable', wire },
)

function handle(context: SessionContext<string>, line: string): void | Promise<void> {
  const [word, rest = ''] = line.split(' ')
  if (word === 'say') {
    const text = said(rest)
    void context.submit({ do: 'broadcast', text }, (result, { seq }) => {
      if (result.ok) context.send(`said ${seq} ${result.value.kept} ${rest}`)
    })
    return
  }
  if (word === 'got') return context.received(Number(rest))
  const capabilities = { ...lineCapabilities, devices: true }
  const how = { name: 'ann', password: 'secret', guests: false, exclusive: false, capabilities }
  return context.signIn(how, (result) => {
    assert.ok(result.ok)
    context.send('in')
    context.catchUp(Number(rest), {
      message: ({ seq, kept, text }) => context.send(`message ${seq} ${kept} ${text}`),
      caughtUp: (seq) => context.send(`up ${seq}`),
    })
  })
}

/** A store whose commits and reads take as long as they like. */
class SlowStore extends HeldStore {
  random = new SeededRandom(1)

  /** Few at a time, so that there are several pages. */
  override async since(reader: Reader, after: number, limit: number) {
    const read = await super.since(reader, after, Math.min(limit, 3))
    for (let turns = this.random.integer(4); turns > 0; turns--) await turn()
    return read as { readonly ok: true; readonly value: HistoryStretch }
  }
}

/** A client that is cut off and comes back, and what it has heard in all its life. */
class Client {
  /** Everything kept up to here was heard. */
  cursor = 0
  /** Kept messages, in the order of hearing. */
  readonly heard: number[] = []
  /** Every number that was ever told, with what it was of. */
  readonly texts = new Map<number, string>()
  readonly wrong: string[] = []
  stream: MemoryStream | null = null
  isCaughtUp = false
  #read = 0
  /** Said by the client itself while it caught up. */
  readonly #ahead = new Set<number>()

  come(stream: MemoryStream): void {
    this.stream = stream
    this.isCaughtUp = false
    this.#read = 0
    stream.say(`in ${this.cursor}\n`)
  }

  cut(): void {
    this.listen()
    this.stream?.breakOff()
    this.stream = null
  }

  /** Takes in what has come. */
  listen(): void {
    const text = this.stream?.text ?? ''
    const end = text.lastIndexOf('\n') + 1
    for (const line of text.slice(this.#read, end).split('\n')) if (line !== '') this.#hear(line)
    this.#read = Math.max(this.#read, end)
  }

  #hear(line: string): void {
    const [word, number, isKept, text = ''] = line.split(' ')
    const seq = Number(number)
    if (word === 'up') {
      this.isCaughtUp = true
      this.cursor = Math.max(this.cursor, seq)
    }
    if (word !== 'message' && word !== 'said') return
    const known = this.texts.get(seq)
    if (known !== undefined && known !== text) this.wrong.push(`the number ${seq} is of ${known} and of ${text}`)
    this.texts.set(seq, text)
    if (isKept === 'true') this.#keep(seq, word)
    if (word === 'message' && this.stream && seq % 3 === 0) this.stream.say(`got ${seq}\n`)
  }

  #keep(seq: number, word: string): void {
    if (word === 'said' && !this.isCaughtUp) {
      this.#ahead.add(seq)
      this.heard.push(seq)
      return
    }
    if (seq <= this.cursor) this.wrong.push(`${seq} comes behind ${this.cursor}`)
    this.cursor = Math.max(this.cursor, seq)
    if (!this.#ahead.has(seq)) this.heard.push(seq)
  }
}

/** One life of a community, by its seed: people talk, and the disk, the server and a client have their troubles. */
class Scene {
  readonly client = new Client()
  readonly #random: SeededRandom
  readonly #clock = new VirtualClock()
  store = new SlowStore()
  #composed!: Composed
  #bob = '' as ConnectionId
  #guest = '' as ConnectionId
  #lives = 0
  #said = 0
  cuts = 0
  kills = 0

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    this.store.random = this.#random
  }

  async run(): Promise<void> {
    await this.#start()
    for (const name of [ann, bob]) await this.#do({ do: 'account.add', name, hash: 'plain:secret' })
    await this.#enter()
    const group = { group: cats, withinRate: true } as const
    await this.#do({ do: 'group.create', connection: this.#bob, ...group })
    const annHere = await this.#arrive('ann')
    await this.#do({ do: 'group.join', connection: annHere, ...group })
    for (let step = 0; step < 80; step++) await this.#step()
    this.store.mend()
    this.client.cut()
    await this.#settle()
  }

  /** What the client should have heard. */
  async kept(): Promise<readonly number[]> {
    const who: Reader = { name: 'ann' as never, registered: true, since: 0, everyone: true, joined: [] }
    const all = [...this.store.disk.history.messages.keys()].sort((one, other) => one - other)
    const readable = await Promise.all(all.map((seq) => this.store.message(who, seq)))
    return all.filter((_, index) => {
      const read = readable[index]
      return read?.ok && read.value !== null
    })
  }

  async #step(): Promise<void> {
    const [action] = this.#pick([
      [() => this.#talk()],
      [() => this.#talk()],
      [() => this.#talk()],
      [() => this.client.stream?.say(`say own-${++this.#said}\n`)],
      [() => this.#cut()],
      [() => this.#come()],
      [() => this.#come()],
      [() => this.#pick([() => this.client.stream?.stopReading(), () => this.client.stream?.readOn()])()],
      [() => this.#pick([() => this.store.hold(), () => this.store.release()])()],
      [() => this.#pick([() => this.store.fill(), () => this.store.mend(), () => this.store.mend()])()],
      [() => (this.#random.integer(4) === 0 ? this.#kill() : this.#clock.advance(1_000))],
    ] as const)
    await action()
    for (let turns = this.#random.integer(4); turns > 0; turns--) await turn()
    this.client.listen()
  }

  #talk(): void {
    const text = said(`text-${++this.#said}`)
    const [connection, rated] = [this.#bob, { withinRate: true }] as const
    const say = this.#pick([
      { do: 'broadcast', connection, text, ...rated },
      { do: 'broadcast', connection: this.#guest, text, ...rated },
      { do: 'tell', connection, to: ann, text, ...rated },
      { do: 'tell', connection: this.#guest, to: ann, text, ...rated },
      { do: 'group.say', connection, group: cats, text, ...rated },
    ] as const)
    void this.#composed.submit(say, () => {})
  }

  #cut(): void {
    if (this.client.stream) this.cuts++
    this.client.cut()
  }

  #come(): void {
    if (this.client.stream) return
    const stream = new MemoryStream()
    const { services } = this.#composed
    const host = {
      ...services,
      protocolCounters: services.counters.of('test'),
      unauthenticated: () => 0,
      openTransferListener: async () => ({ ok: false, fail: 'no-free-port' }) as const,
      changed: () => {},
    }
    new Connection(`client ${++this.#lives}` as ConnectionId, '192.0.2.1', stream, dialect, host).start()
    this.client.come(stream)
  }

  /** The process is gone with all that it had not written, or just had. */
  async #kill(): Promise<void> {
    this.kills++
    this.#cut()
    if (this.#random.integer(2) === 0) this.store.release()
    this.store.break()
    const { disk } = this.store
    this.store = new SlowStore(disk)
    this.store.random = this.#random
    await this.#start()
    await this.#enter()
  }

  async #start(): Promise<void> {
    const parts = { random: new SeededRandom(this.#random.integer(1_000)), passwords: new PlainPasswords() }
    const composed = await compose(settings, { store: this.store, clock: this.#clock, logger: silentLogger, ...parts })
    assert.ok(composed)
    this.#composed = composed
  }

  async #enter(): Promise<void> {
    this.#bob = await this.#arrive('bob')
    this.#guest = await this.#arrive('guest')
  }

  async #arrive(name: string): Promise<ConnectionId> {
    const account = this.#composed.community.accounts.find(named(name))
    const connection = `${name} ${++this.#lives}` as ConnectionId
    const node = this.#composed.services.node()
    const from = { connection, node, address: '192.0.2.1', exclusive: false, capabilities: lineCapabilities }
    await this.#do({ do: 'arrive', name: named(name), proof: account ? { version: account.version } : null, ...from })
    return connection
  }

  async #do(command: Parameters<Composed['submit']>[0]): Promise<void> {
    await this.#composed.submit(command, () => {})
  }

  /** Until the client, which comes once more, has caught up with all. */
  async #settle(): Promise<void> {
    this.#clock.advance(2_000)
    for (let turns = 0; turns < 20; turns++) await turn()
    this.#come()
    for (let turns = 0; turns < 500 && !this.client.isCaughtUp; turns++) {
      await turn()
      if (turns % 50 === 49) this.#clock.advance(1_000)
      this.client.listen()
    }
    assert.ok(this.client.isCaughtUp, 'the client never caught up')
    await this.#composed.close()
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random.integer(from.length)]!
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('catching up', () => {
  it('misses nothing and hears nothing twice, in order, whatever is cut', async (t) => {
    const first = Number(process.env['PARLEY_SEED'] ?? 1)
    const runs = Number(process.env['PARLEY_RUNS'] ?? 1)
    const total = { cuts: 0, kills: 0, heard: 0, missed: 0, doubled: 0 }
    for (let seed = first; total.cuts < leastCuts * runs; seed++) {
      const scene = new Scene(seed)
      await scene.run()
      const [kept, { heard, wrong }] = [await scene.kept(), scene.client]
      const once = new Set(heard)
      total.cuts += scene.cuts
      total.kills += scene.kills
      total.heard += heard.length
      total.missed += kept.filter((seq) => !once.has(seq)).length
      total.doubled += heard.length - once.size
      assert.deepEqual([wrong, total.missed, total.doubled], [[], 0, 0], `seed ${seed}`)
      assert.deepEqual(
        [...once].filter((seq) => !kept.includes(seq)),
        [],
        `seed ${seed}: what is kept is on disk`,
      )
    }
    const { cuts, kills, heard, missed, doubled } = total
    t.diagnostic(`${cuts} cuts, ${kills} kills, ${heard} messages: ${missed} missed, ${doubled} doubled, order kept`)
    assert.ok(everyone === '*' && heard > cuts)
  })
})
