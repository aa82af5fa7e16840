/**
 * `node bench/history.ts [--messages 1000000] [--data directory]`: how long it takes to read a page of
 * history, to search it and to catch up on 10,000 messages, beside the barest query of the same
 * database that returns as many rows and asks nobody's leave; and how long to open it all at a start.
 * Milliseconds, the median and the slowest of many, with the processor's time for each. The ratio is
 * ours to the bare query's, by the median. A directory that is named is filled once and stays.
 */
import {
  everyone,
  groupConversation,
  privateConversation,
  type KeptMessage,
  type Reader,
  type Store,
  type UserName,
  type Write,
} from '@parley/core'
import { openSqliteStore, silentLogger } from '@parley/server'
import { CatchUp } from '@parley/server/testing'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, data: { type: 'string' } },
})
const count = Number(values.messages)
const perCommit = 5_000
const rounds = 200
const caughtUpOn = 10_000
const vocabulary = Array.from({ length: 20_000 }, (_, index) => `word${index.toString(36)}`)
const people = Array.from({ length: 100 }, (_, index) => `user${index}` as UserName)
const me: Reader = { name: 'user1' as never, registered: true, since: 0, everyone: true, joined: [] }

let seed = 1
function chance(below: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}

/** Few words are said often, and most are rare. */
function someWord(): string {
  return vocabulary[Math.floor(vocabulary.length * (chance(1_000_000) / 1_000_000) ** 3)]!
}

function message(seq: number): KeptMessage {
  const from = people[chance(people.length)]!
  const text = Array.from({ length: 3 + chance(12) }, someWord).join(' ')
  const said = { seq, at: 1_700_000_000_000 + seq * 100, kind: 'text', from, guest: false, text } as const
  const rest = { sessionKey: null, nonce: null, target: null }
  const where = chance(10)
  if (where < 6) return { ...said, ...rest, conversation: everyone, to: '*' }
  const to = people[chance(people.length)]!
  if (where < 8) return { ...said, ...rest, conversation: groupConversation(`g${chance(20)}` as never), to: '#g' }
  return { ...said, ...rest, conversation: privateConversation(from, to), to: `@${to}` }
}

async function fill(store: Store): Promise<void> {
  const stays = Array.from({ length: 10 }, (_, index): Write => {
    return { write: 'stay.begin', group: `g${index}` as never, user: me.name, seq: 0 }
  })
  await store.commit(stays, 1, 1)
  for (let seq = 2; seq < count + 2; seq += perCommit) {
    const writes = Array.from({ length: perCommit }, (_, index): Write => {
      return { write: 'history.put', message: message(seq + index) }
    })
    if (!(await store.commit(writes, seq + perCommit - 1, seq)).ok) throw new Error('the store takes nothing')
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`)
}

interface Times {
  readonly median: number
  readonly slowest: number
  /** Of all threads, for one call. */
  readonly processorMs: number
}

async function timed(run: (round: number) => unknown, times = rounds): Promise<Times> {
  const all: number[] = []
  const before = process.cpuUsage()
  for (let round = 0; round < times; round++) {
    const start = performance.now()
    await run(round)
    all.push(performance.now() - start)
  }
  const { user, system } = process.cpuUsage(before)
  all.sort((one, other) => one - other)
  return { median: all[all.length >> 1]!, slowest: all.at(-1)!, processorMs: (user + system) / 1_000 / times }
}

/** `limit`: what the median has to stay below, in milliseconds. */
function print(what: string, ours: Times, limit: number, bare: Times): void {
  const { median, slowest, processorMs } = ours
  const figures = `median ${median.toFixed(2)} ms, slowest ${slowest.toFixed(2)} ms, CPU ${processorMs.toFixed(2)} ms`
  const ratio = `bare query ${bare.median.toFixed(2)} ms, ratio ${(median / bare.median).toFixed(1)}`
  write(`${what}: ${figures}; ${ratio}; limit ${limit} ms: ${median < limit ? 'met' : 'NOT MET'}`)
}

async function catchUp(store: Store, after: number): Promise<number> {
  let told = 0
  await new Promise<void>((resolve) => {
    const owner = {
      name: 'user1' as UserName,
      isOpen: true,
      since: (from: number, limit: number) => store.since(me, from, limit),
      unkept: (from: number, limit: number) => store.unkept(me.name, from, limit),
      whenFlushed: (run: () => void) => void setImmediate(run),
      later: (ms: number, run: () => void) => void setTimeout(run, ms),
      live: resolve,
    }
    const reader = {
      message: (each: KeptMessage) => (told += Buffer.from(JSON.stringify(each)).length > 0 ? 1 : 0),
      caughtUp: () => {},
    }
    new CatchUp(owner, reader, after).start()
  })
  return told
}

const directory = values.data ?? mkdtempSync(join(tmpdir(), 'parley-bench-'))
mkdirSync(directory, { recursive: true })
const isFilled = existsSync(join(directory, 'parley.db'))
try {
  const opened = openSqliteStore(directory, silentLogger)
  if (!opened.ok) throw new Error(opened.problem.message)
  const store = opened.value
  const filled = performance.now()
  if (!isFilled) await fill(store)
  const seconds = (performance.now() - filled) / 1_000
  if (!isFilled) write(`${count} messages kept in ${seconds.toFixed(0)} s, ${Math.round(count / seconds)} a second`)

  const bare = new DatabaseSync(join(directory, 'parley.db'), { readOnly: true })
  const page = bare.prepare('SELECT * FROM history WHERE conversation = 1 AND seq < ? ORDER BY seq DESC LIMIT 50')
  const somewhere = () => 100 + chance(count)
  print(
    'a page of 50 before a number',
    await timed(() => store.history(me, everyone, { before: somewhere() }, 50)),
    20,
    await timed(() => page.all(somewhere())),
  )
  print(
    'a page of 50 around a number, of a group',
    await timed((round) =>
      store.history(me, groupConversation(`g${round % 10}` as never), { around: somewhere() }, 50),
    ),
    20,
    await timed(() => page.all(somewhere())),
  )
  const match = bare.prepare(`
    SELECT history.* FROM history_words JOIN history ON seq = history_words.rowid
    WHERE history_words MATCH ? ORDER BY history_words.rowid DESC LIMIT 20`)
  for (const [what, word] of [
    ['a common word', () => vocabulary[0]!],
    ['some word', someWord],
    ['a rare word', () => vocabulary[vocabulary.length - 1 - chance(50)]!],
  ] as const) {
    print(
      `a search for ${what}`,
      await timed(() => store.search(me, { text: word(), of: null, before: null, limit: 20 })),
      100,
      await timed(() => match.all(word())),
    )
  }
  const stretch = bare.prepare('SELECT * FROM history WHERE seq > ? ORDER BY seq LIMIT ?')
  const { length: readable } = await readableAfter(store, caughtUpOn)
  const behind = Math.round(caughtUpOn * (caughtUpOn / readable))
  let told = 0
  const ours = await timed(async () => (told = await catchUp(store, count + 1 - behind)), 5)
  print(`catching up on ${told} messages`, ours, 1_000, await timed(() => stretch.all(count + 1 - behind, told), 5))
  print(
    'the list of conversations',
    await timed(() => store.conversations(me)),
    100,
    await timed(() => page.all(somewhere())),
  )
  bare.close()
  await store.close()
  const again = await timed(async () => {
    const reopened = openSqliteStore(directory, silentLogger)
    if (!reopened.ok) throw new Error(reopened.problem.message)
    await reopened.value.load()
    await reopened.value.close()
  }, 3)
  const whole = new DatabaseSync(join(directory, 'parley.db'), { readOnly: true })
  print('a start', again, 3_000, await timed(() => whole.prepare('PRAGMA quick_check(1)').get(), 3))
  whole.close()
} finally {
  if (values.data === undefined) rmSync(directory, { recursive: true, force: true })
}

async function readableAfter(store: Store, last: number): Promise<readonly KeptMessage[]> {
  const messages: KeptMessage[] = []
  let after = count + 1 - last
  for (;;) {
    const piece = await store.since(me, after, 500)
    if (!piece.ok) throw new Error('the store cannot be read')
    messages.push(...piece.value.messages)
    if (piece.value.complete) return messages
    after = piece.value.upTo
  }
}
