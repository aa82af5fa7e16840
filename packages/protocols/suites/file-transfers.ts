import type { FileDescription, FileOutcome, NodeId, TransferId } from '@parley/core'
import {
  LinkedNodes,
  MemoryLink,
  MemorySpool,
  SeededRandom,
  TestCommunity,
  VirtualClock,
  type TestUser,
} from '@parley/core/testing'
import assert from 'node:assert/strict'
import type { CarrierCommand, FileCarriage } from '../src/carriers/file-carriage.ts'
import { FileCarrier } from '../src/carriers/file-carrier.ts'
import type { FileFraming } from '../src/carriers/file-framing.ts'
import { Md5 } from '../src/kit/md5.ts'
import { Sha256 } from '../src/kit/sha256.ts'
import { encodeText } from '../src/kit/text.ts'

/** Two nodes. */
export const [here, there] = ['node', 'there.1'] as [NodeId, NodeId]
/** Where ann and bob come from. */
export const addresses = { ann: '192.0.2.1', bob: '192.0.2.2' }
/** The weighted sum of `hello` is 1617. */
export const hello: FileDescription = { name: 'note.txt', size: null, checksums: {} }

/** Writes a file between brackets; the receiver confirms. */
export const bracketed: FileFraming = {
  method: 'bracketed',
  confirmedBy: 'receiver',
  head: ({ name, size, checksums }, direct) =>
    encodeText(`${direct ? 'direct' : 'spooled'} ${name} ${size} ${checksums['weighted-sum']} [`),
  tail: encodeText(']'),
  longestBody: ({ size }) => ({ bytes: size ?? 100, outcome: 'corrupted' }),
  decoder: () => ({ push: (piece) => piece, end: () => new Uint8Array(0) }),
  encoder: () => ({ push: (bytes) => bytes, end: () => new Uint8Array(0) }),
}

/** Writes a file behind a dash of its own, which belongs to the body; the server confirms. */
export const dashed: FileFraming = {
  ...bracketed,
  method: 'dashed',
  confirmedBy: 'server',
  head: ({ checksums }, direct) => encodeText(direct ? '' : `${checksums['md5']} `),
  tail: new Uint8Array(0),
  longestBody: (_, largest) => ({ bytes: largest, outcome: 'too-large' }),
  decoder() {
    let dashes = 0
    return {
      push: (piece) => (dashes++ > 0 ? piece : piece[0] === 0x2d ? piece.subarray(1) : null),
      end: () => (dashes > 0 ? encodeText('!') : null),
    }
  },
  encoder: () => ({ push: (bytes) => bytes, end: () => encodeText('-') }),
}

/** A carrier over a community in which ann has offered a file to bob, who may be at another node. */
export class Transfers {
  readonly clock = new VirtualClock()
  readonly people: TestCommunity
  readonly spool: MemorySpool
  readonly carrier: FileCarrier
  /** Of bob's node. */
  readonly far: FileCarrier
  readonly nodes = new LinkedNodes()
  readonly submitted: CarrierCommand[] = []
  readonly ann: TestUser
  readonly bob: TestUser
  readonly id: TransferId
  /** False: the log takes nothing from the carrier. */
  logIsThere = true

  constructor(
    from: FileFraming,
    to: FileFraming,
    {
      file = hello,
      fileBytes = 1_000,
      quota = 4_000,
      offered = 'at-once',
      bytesPerMinute = 1,
      bobAt = here,
    }: {
      readonly file?: FileDescription
      readonly fileBytes?: number
      readonly quota?: number
      readonly offered?: 'at-once' | 'once-spooled'
      readonly bytesPerMinute?: number
      readonly bobAt?: NodeId
    } = {},
  ) {
    this.people = new TestCommunity({ fileBytes })
    this.spool = new MemorySpool(quota)
    const carrierAt = (node: NodeId): FileCarrier =>
      new FileCarrier({
        community: this.people.community,
        spool: this.spool,
        digests: { md5: () => new Md5(), sha256: () => new Sha256() },
        clock: this.clock,
        random: new SeededRandom(1),
        bytesPerMinute,
        submit: (command) => this.#submit(command),
        node: () => node,
        links: this.nodes.join(() => node),
        framings: [from, to],
      })
    this.carrier = carrierAt(here)
    this.far = bobAt === here ? this.carrier : carrierAt(bobAt)
    const files = (method: string) => ({ files: { method, offered } })
    this.ann = this.people.enter('ann', { node: here, address: addresses.ann, ...files(from.method) })
    this.bob = this.people.enter('bob', { node: bobAt, address: addresses.bob, ...files(to.method) })
    this.id = this.offer(file)
  }

  get carriage(): FileCarriage {
    const carriage = this.carrier.find(this.id)
    assert.ok(carriage)
    return carriage
  }

  /** As bob's node knows it. */
  get receiving(): FileCarriage {
    const carriage = this.far.find(this.id)
    assert.ok(carriage)
    return carriage
  }

  offer(file: FileDescription, from: TestUser = this.ann): TransferId {
    const offered = from.do({ do: 'file.offer', to: this.bob.name, file, spooling: true })
    assert.ok(offered.ok)
    this.#hear()
    return offered.value
  }

  accept(transfer: TransferId = this.id): FileCarriage {
    assert.equal(this.bob.why({ do: 'file.accept', transfer, place: null }), 'ok')
    this.#hear()
    const carriage = this.carrier.find(transfer)
    assert.ok(carriage)
    return carriage
  }

  /** What a session of this connection would submit. */
  submit(by: TestUser, command: object, told: (result: never) => void): void {
    told(by.do(command as never) as never)
    this.#hear()
  }

  leave(user: TestUser): void {
    user.leave()
    this.#hear()
  }

  /** What was heard of files: its kind, or how it ended. */
  heard(user: TestUser): readonly string[] {
    const told = user.events().filter(({ kind }) => kind.startsWith('file-'))
    return told.map((event) => (event.kind === 'file-ended' ? event.outcome : event.kind))
  }

  #submit(command: CarrierCommand): void {
    this.submitted.push(command)
    if (!this.logIsThere) return
    this.people.do(command)
    this.#hear()
  }

  #hear(): void {
    for (const event of this.people.carried.splice(0)) {
      for (const carrier of new Set([this.carrier, this.far])) carrier.hear(event)
    }
  }
}

/** A sender's connection, which brings whatever the link is told. False: it may not. */
export function bring(
  carriage: FileCarriage,
  framing: FileFraming,
  link = new MemoryLink(),
  address: string = addresses.ann,
): { readonly link: MemoryLink; readonly isWelcome: boolean } {
  return { link, isWelcome: carriage.bring({ framing, link, address, piece: () => link.read() }) }
}

/** A receiver's connection. What it says is its verdict. */
export function take(
  carriage: FileCarriage,
  framing: FileFraming,
  link = new MemoryLink(),
  address: string = addresses.bob,
): { readonly link: MemoryLink; readonly isWelcome: boolean } {
  const verdict = async () => {
    const said = await link.read()
    return said && (new TextDecoder().decode(said) === 'yes' ? ('delivered' as const) : ('corrupted' as const))
  }
  const endpoint = { framing, link, address, ...(framing.confirmedBy === 'receiver' && { verdict }) }
  return { link, isWelcome: carriage.take(endpoint) }
}

/** All that is on its way in memory has come. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** How it ended, or undefined while it goes on. */
export async function outcomeOf(carriage: FileCarriage): Promise<FileOutcome | undefined> {
  await settled()
  return Promise.race([carriage.outcome, Promise.resolve(undefined)])
}
