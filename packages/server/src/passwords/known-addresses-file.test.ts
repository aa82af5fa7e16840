import { keyOf } from '@parley/core'
import { named } from '@parley/core/suites'
import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '../logger.ts'
import { scratchDirectory } from '../../testing/scratch.ts'
import { openKnownAddresses } from './known-addresses-file.ts'

const ann = keyOf(named('ann'))
const days = 24 * 3_600_000

test('addresses are known after a restart, for the rest of their 30 days, and a kill forgets only the last minute', (t) => {
  const file = join(scratchDirectory(t), 'known-addresses.json')
  const clock = new VirtualClock()
  const first = openKnownAddresses(file, clock, silentLogger)
  first.known.add(ann, 'old')
  clock.advance(29 * days)
  first.known.add(ann, 'home')
  clock.advance(60_000)
  first.known.add(ann, 'lost with a kill')

  const second = openKnownAddresses(file, clock, silentLogger)
  const known = () => ['old', 'home', 'lost with a kill', 'constructor'].filter((each) => second.known.has(ann, each))
  assert.deepEqual(known(), ['old', 'home'])
  clock.advance(days)
  assert.deepEqual(known(), ['home'])
})

test('what is new is saved at the end, for this user alone, and nothing is written where nothing is new', (t) => {
  const directory = scratchDirectory(t)
  const file = join(directory, 'known-addresses.json')
  const clock = new VirtualClock()
  openKnownAddresses(file, clock, silentLogger).close()
  assert.equal(existsSync(file), false)
  const first = openKnownAddresses(file, clock, silentLogger)
  first.known.add(ann, 'home')
  first.close()
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['known-addresses.json'])
  assert.equal(clock.waiting, 0)
  assert.equal(openKnownAddresses(file, clock, silentLogger).known.has(ann, 'home'), true)
})

test('a file that is none is told of, and what comes later is known all the same', (t) => {
  const file = join(scratchDirectory(t), 'known-addresses.json')
  for (const nonsense of ['', 'null', '{"ann":7}', '{"ann":{"home":"x"}}']) {
    writeFileSync(file, nonsense)
    const warned: string[] = []
    const logger = { ...silentLogger, warn: (_: object, message: string) => void warned.push(message) }
    const { known, close } = openKnownAddresses(file, new VirtualClock(), logger)
    assert.equal(warned.length, 1, nonsense)
    known.add(ann, 'home')
    close()
    assert.equal(openKnownAddresses(file, new VirtualClock(), silentLogger).known.has(ann, 'home'), true)
  }
})
