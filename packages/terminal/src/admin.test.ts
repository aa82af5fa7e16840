import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { FakeStreams } from './fake-streams.ts'
import { run } from './index.ts'

describe('parley admin where no server runs', () => {
  let data: string

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'parley-admin-'))
  })
  afterEach(() => rm(data, { recursive: true }))

  async function admin(...args: readonly string[]) {
    const streams = new FakeStreams({ piped: '' })
    const code = await run(['admin', ...args, '--data', data], streams)
    return [code, streams.written, streams.complaints] as const
  }

  it('bans, mutes and takes back, and remembers what and who', async () => {
    assert.deepEqual(await admin('ban', 'Eve', '--reason', 'spam'), [0, 'Banned Eve.\n', ''])
    assert.deepEqual(await admin('ban', '192.0.2.0/24'), [0, 'Banned 192.0.2.0/24.\n', ''])
    assert.deepEqual(await admin('mute', 'bob', '--account', '--for', '2h'), [0, 'Muted bob.\n', ''])
    const me = userInfo().username
    const bans = `address\t192.0.2.0/24\tfor good\t${me}\t\nname\teve\tfor good\t${me}\tspam\n`
    assert.deepEqual(await admin('list', 'bans'), [0, bans, ''])
    assert.match((await admin('list', 'mutes'))[1], /^account\tbob\tuntil \S+Z\t/)
    assert.deepEqual(await admin('unban', 'EVE'), [0, 'EVE may come again.\n', ''])
    assert.equal((await admin('unban', 'eve'))[0], 1)
    const actions = (await admin('log'))[1].trimEnd().split('\n')
    assert.deepEqual(
      actions.map((line) => line.split('\t').slice(1, 4).join(' ')),
      [`${me} ban name eve`, `${me} ban address 192.0.2.0/24`, `${me} mute account bob`, `${me} unban name eve`],
    )
  })

  it('sets the level and the rate of everybody', async () => {
    assert.equal((await admin('level', 'guests-silent'))[0], 0)
    assert.equal((await admin('slow', '1/10'))[0], 0)
    assert.deepEqual(await admin('level'), [0, 'level\tguests-silent\nslow\t1/10\n', ''])
    assert.equal((await admin('slow', 'off'))[0], 0)
    assert.deepEqual(await admin('level'), [0, 'level\tguests-silent\nslow\toff\n', ''])
  })

  it('says what is wrong, and that a server has to run for the rest', async () => {
    for (const args of [
      ['ban', 'a-b'],
      ['ban', '192.0.2.1/99'],
      ['ban', 'eve', '--for', 'long'],
      ['slow', 'fast'],
      ['level', 'x'],
    ]) {
      const [code, , complaint] = await admin(...args)
      assert.deepEqual([code, complaint.startsWith('error: ')], [2, true], args.join(' '))
    }
    for (const args of [['list'], ['kick', 'eve'], ['broadcast', 'hi'], ['limits'], ['shutdown']]) {
      const [code, , complaint] = await admin(...args)
      assert.deepEqual([code, complaint.includes('No server runs on')], [1, true], args.join(' '))
    }
  })
})
