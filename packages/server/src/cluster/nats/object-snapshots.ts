import { StorageType } from '@nats-io/jetstream'
import { Objm, type ObjectStore } from '@nats-io/obj'
import type { NatsConnection } from '@nats-io/transport-node'
import { fail, ok, type Result } from '@parley/core'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import type { LogState } from '../cluster-log.ts'
import type { Snapshots } from '../snapshots.ts'

/** Until an upload that makes no progress is given up. */
const putMs = 60_000

/** Snapshots in an object store of NATS: one line with the state, and behind it the database. */
export class ObjectSnapshots implements Snapshots {
  readonly #objects: ObjectStore
  readonly #cluster: string

  private constructor(objects: ObjectStore, cluster: string) {
    this.#objects = objects
    this.#cluster = cluster
  }

  /** `cluster`: whose they are; those of others are not seen. Rejects with what NATS says. */
  static async open(connection: NatsConnection, bucket: string, replicas: number, cluster: string) {
    const objects = await new Objm(connection).create(bucket, { replicas, storage: StorageType.File })
    return new ObjectSnapshots(objects, cluster)
  }

  async newest(): Promise<Result<number | null, 'unavailable'>> {
    return this.#try(async () => (await this.#positions()).at(-1) ?? null)
  }

  async put(state: LogState, database: string): Promise<Result<void, 'unavailable'>> {
    return this.#try(async () => {
      const name = this.#name(state.position)
      await this.#objects.put({ name }, Readable.toWeb(Readable.from(bytesOf(state, database))) as never, {
        timeout: putMs,
      })
    })
  }

  async fetch(position: number, database: string | null): Promise<Result<LogState, 'unavailable'>> {
    return this.#try(async () => {
      const found = await this.#objects.get(this.#name(position))
      if (!found) throw new Error('it is not there')
      const head: Uint8Array[] = []
      const file = database === null ? null : createWriteStream(database, { mode: 0o600 })
      const sink = file && Writable.toWeb(file).getWriter()
      let isHead = true
      for await (const chunk of found.data) {
        const end = isHead ? chunk.indexOf(lineFeed) : -1
        if (isHead) head.push(end < 0 ? chunk : chunk.subarray(0, end))
        if (!isHead) await sink?.write(chunk)
        if (end < 0) continue
        isHead = false
        await sink?.write(chunk.subarray(end + 1))
      }
      await sink?.close()
      const problem = await found.error
      if (problem) throw problem
      return JSON.parse(Buffer.concat(head).toString()) as LogState
    })
  }

  async removeBefore(position: number): Promise<Result<number | null, 'unavailable'>> {
    return this.#try(async () => {
      const before = (await this.#positions()).filter((each) => each < position)
      const kept = before.pop() ?? null
      for (const each of before) await this.#objects.delete(this.#name(each))
      return kept
    })
  }

  /** In ascending order. */
  async #positions(): Promise<readonly number[]> {
    const names = (await this.#objects.list()).filter(({ deleted }) => !deleted).map(({ name }) => name)
    const prefix = `${this.#cluster}.`
    const own = names.filter((name) => name.startsWith(prefix))
    return own.map((name) => Number(name.slice(prefix.length))).sort((one, other) => one - other)
  }

  #name(position: number): string {
    return `${this.#cluster}.${position}`
  }

  async #try<T>(run: () => Promise<T>): Promise<Result<T, 'unavailable'>> {
    try {
      return ok(await run())
    } catch {
      return fail('unavailable')
    }
  }
}

const lineFeed = 10

async function* bytesOf(state: LogState, database: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(state)}\n`)
  for await (const chunk of createReadStream(database)) yield chunk as Uint8Array
}
