/**
 * `node --expose-gc bench/scale.ts`: what people cost a node without any socket: microseconds of CPU for each command, with few and
 * with many people, alone and out of a batch of a cluster's log, and bytes of memory for each thing that a node knows. Every figure
 * has an empty loop of the same kind, or an empty community, beside it. `docs/scale.md` counts with these.
 */
import { Community, type Command, type ConnectionId, type NodeId, type UserName } from '@parley/core'
import { plainTalk, said } from '@parley/core/testing'
import { decodeBatch, encodeBatch, writeCommand } from '@parley/server/testing'
import { Argon2Passwords } from '@parley/server'
import { median } from './processes.ts'

const rounds = 5
const perRound = 20_000
const node = 'bench.1' as NodeId

if (!globalThis.gc) throw new Error('start it with node --expose-gc')

/** A community that takes entries as a log gives them. */
class Applied {
  readonly community = new Community()
  #seq = 0

  do(command: Command): void {
    const seq = ++this.#seq
    const { result } = this.community.apply({
      seq,
      at: 1_000_000 + seq,
      seed: seq,
      writable: true,
      removable: true,
      command,
    })
    if (!result.ok) throw new Error(`${command.do}: ${result.fail}`)
  }
}

const nameOf = (number: number) => `user_${number}` as UserName
const connectionOf = (number: number) => `ident-${number}@${node}` as ConnectionId

function arrival(number: number, version: number | null = null): Command {
  return {
    do: 'arrive',
    connection: connectionOf(number),
    node,
    name: nameOf(number),
    proof: version === null ? null : { version },
    address: `192.0.${(number >> 8) & 255}.${number & 255}`,
    exclusive: true,
    capabilities: plainTalk,
  }
}

/** Median microseconds of CPU for each of the commands that `make` makes. */
function cost(applied: Applied, make: (number: number) => Command, count = perRound): number {
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) {
    const commands = Array.from({ length: count }, (_, number) => make(round * count + number))
    const before = process.cpuUsage()
    for (const command of commands) applied.do(command)
    const { user, system } = process.cpuUsage(before)
    figures.push((user + system) / count)
  }
  return median(figures)
}

function heapBytes(): number {
  for (let time = 0; time < 3; time++) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Bytes that one of so many costs. */
function memory(count: number, fill: (applied: Applied, number: number) => void): number {
  const applied = new Applied()
  const before = heapBytes()
  for (let number = 0; number < count; number++) fill(applied, number)
  const bytes = (heapBytes() - before) / count
  applied.do({ do: 'tick' })
  return bytes
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const come = (applied: Applied, number: number): void => applied.do(arrival(number))
const register = (applied: Applied, number: number): void => {
  const hash = `hash of as many letters as those of argon2id ${number}`.padEnd(97, 'x')
  applied.do({ do: 'account.add', name: nameOf(number), hash })
}
const text = said('as many letters as people type at a time, more or less, on a good day')
const tick: Command = { do: 'tick' }

say('µs of CPU for each command, by how many people are here')
for (const people of [100, 10_000, 100_000]) {
  const applied = new Applied()
  for (let number = 0; number < people; number++) applied.do(arrival(number))
  applied.do({ do: 'account.add', name: 'dan' as UserName, hash: 'hash' })
  const from = (number: number) => connectionOf(number % people)
  const figures = {
    nothing: cost(applied, () => tick),
    broadcast: cost(applied, (number) => ({ do: 'broadcast', connection: from(number), text, withinRate: true })),
    tell: cost(applied, (number) => {
      const to = nameOf((number + 1) % people)
      return { do: 'tell', connection: from(number), to, text, withinRate: true }
    }),
    'come and go':
      2 *
      cost(applied, (number) => {
        const other = people + (number >> 1)
        return number % 2 === 0 ? arrival(other) : { do: 'leave', connection: connectionOf(other) }
      }),
  }
  const shown = Object.entries(figures).map(([name, figure]) => `${name} ${figure.toFixed(2)}`)
  say(`${String(people).padStart(9)}  ${shown.join(', ')}`)
}

say('µs of CPU for each command out of a batch of the log of a cluster, beside the same without the batch')
for (const size of [1, 16, 256]) {
  const applied = new Applied()
  for (let number = 0; number < 1_000; number++) applied.do(arrival(number))
  const command: Command = { do: 'tell', connection: connectionOf(1), to: nameOf(2), text, withinRate: true }
  const commands = Array.from({ length: size }, (_, seed) => writeCommand(command, seed))
  const bytes = encodeBatch({ do: 'node.beat', node, batch: 1, applied: 1 }, 1, commands)
  const batches = Math.ceil(perRound / size)
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    for (let batch = 0; batch < batches; batch++) {
      for (const each of decodeBatch(bytes)!.commands) applied.do(each.command)
    }
    const { user, system } = process.cpuUsage(before)
    figures.push((user + system) / (batches * size))
  }
  const bare = cost(applied, () => command)
  say(`${String(size).padStart(9)} in a batch  ${median(figures).toFixed(2)}, without ${bare.toFixed(2)}`)
}

say('characters of a snapshot for each, as text')
for (const [what, fill] of Object.entries({ 'user who is here': come, account: register })) {
  const applied = new Applied()
  const size = () => JSON.stringify(applied.community.save()).length
  const before = size()
  for (let number = 0; number < 10_000; number++) fill(applied, number)
  say(`${what.padEnd(20)}${((size() - before) / 10_000).toFixed(0)}`)
}

{
  const passwords = new Argon2Passwords()
  const hash = await passwords.hash('as good as a password is')
  const { user, system } = process.cpuUsage()
  for (let time = 0; time < 10; time++) await passwords.verify(hash, 'as good as a password is')
  const used = process.cpuUsage()
  say(`milliseconds of CPU for each password: ${((used.user + used.system - user - system) / 10_000).toFixed(0)}`)
}

say('bytes of memory for each')
const figures = {
  'user who is here': memory(100_000, come),
  account: memory(100_000, register),
  'letter that waits': memory(100_000, (applied, number) => {
    if (number === 0) for (let each = 0; each < 1_000; each++) applied.do(arrival(each))
    const to = `account_${number >> 7}` as UserName
    if (number % 128 === 0) applied.do({ do: 'account.add', name: to, hash: '' })
    applied.do({ do: 'tell', connection: connectionOf(number % 1_000), to, text, withinRate: true })
  }),
}
for (const [name, bytes] of Object.entries(figures)) say(`${name.padEnd(20)}${bytes.toFixed(0)}`)
