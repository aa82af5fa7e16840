import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import {
  defaultSettings,
  loadSettings,
  schemes,
  silentLogger,
  startServer,
  systemClock,
  systemRandom,
  type RunningServer,
} from '@parley/server'
import { parseAdminRequest } from '@parley/server/testing'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chance } from './chance.ts'
import { adminSeeds, configSeeds, httpSeeds } from './request-seeds.ts'
import { showBytes } from './show.ts'
import { mutate } from './streams.ts'

/** Of them are spoiled, percent. */
const spoiled = 90
const perRound = { http: 1, admin: 8, config: 1 }
/** A request that is over, in its own eyes, is answered or hung up on within so many ms. */
const patienceMs = 5_000

/** Spoiled requests to the HTTP listener of a server, to the socket of the operator, and configuration files. */
export class RequestRun {
  readonly #server: RunningServer
  readonly #directory = mkdtempSync(join(tmpdir(), 'parley-fuzz-'))

  private constructor(server: RunningServer) {
    this.#server = server
  }

  static async start(): Promise<RequestRun> {
    const settings = { ...defaultSettings, listen: ['http://127.0.0.1:0'] }
    const started = await startServer(settings, {
      store: new MemoryStore(),
      passwords: new PlainPasswords(),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    })
    if (!started.ok) throw new Error('the server of the requests does not start')
    return new RequestRun(started.value)
  }

  /** Inputs of one round. */
  static readonly inputs = perRound.http + perRound.admin + perRound.config

  /** Returns what is wrong. */
  async round(seed: number): Promise<string | undefined> {
    const chance = new Chance(seed)
    for (let each = 0; each < perRound.admin; each++) {
      const line = Buffer.from(spoil(adminSeeds, chance)).toString('utf8')
      const wrong = thrown('the socket of the operator', line, () => parseAdminRequest(line))
      if (wrong) return wrong
    }
    return (await this.#configure(spoil(configSeeds, chance))) ?? (await this.#request(spoil(httpSeeds, chance)))
  }

  async stop(): Promise<void> {
    await this.#server.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #configure(bytes: Uint8Array): Promise<string | undefined> {
    const file = join(this.#directory, 'config.json')
    writeFileSync(file, bytes)
    try {
      const loaded = await loadSettings(file, schemes)
      return loaded.ok || loaded.message !== ''
        ? undefined
        : `a configuration is refused without a word\n${showBytes(bytes)}`
    } catch (bug) {
      return `a configuration throws ${String(bug)}\n${showBytes(bytes)}`
    }
  }

  /** Whatever it was, the server is well afterwards. */
  async #request(bytes: Uint8Array): Promise<string | undefined> {
    if ((await this.#said(bytes)) === undefined) return `an HTTP request is never over\n${showBytes(bytes)}`
    const well = await this.#said(Buffer.from(httpSeeds[0]!))
    return well?.startsWith('HTTP/1.1 200') ? undefined : `the server is not well behind\n${showBytes(bytes)}`
  }

  /** All that came back; undefined: it did not end in time. */
  #said(bytes: Uint8Array): Promise<string | undefined> {
    return new Promise((resolve) => {
      let heard = ''
      const socket = connect({ port: this.#server.listening[0]!.port, host: '127.0.0.1', allowHalfOpen: true })
      const late = setTimeout(() => {
        resolve(undefined)
        socket.destroy()
      }, patienceMs)
      socket.setEncoding('latin1')
      socket.on('data', (text: string) => void (heard += text))
      socket.on('error', () => {})
      socket.on('end', () => socket.destroy())
      socket.on('close', () => {
        clearTimeout(late)
        resolve(heard)
      })
      socket.end(bytes)
    })
  }
}

function spoil(seeds: readonly string[], chance: Chance): Uint8Array {
  const all = seeds.map((seed) => [Buffer.from(seed, 'latin1')])
  const once = mutate(chance.pick(all)[0]!, spoiled, all, chance)
  return mutate(once, spoiled / 2, all, chance)
}

function thrown(where: string, input: string, run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (bug) {
    return `${where} throws ${bug instanceof Error ? bug.stack : String(bug)}\n  ${JSON.stringify(input)}`
  }
}
