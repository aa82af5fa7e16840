import { defaultSettings, type Settings } from '@parley/server'
import { MemoryServer, type MemoryClient } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

type Limits = Settings['limits']

/** A client of a line protocol of a server in memory. */
class Guest {
  readonly client: MemoryClient
  readonly #server: MemoryServer

  constructor(server: MemoryServer, protocol: string, address: string) {
    this.#server = server
    this.client = server.connect(protocol, {}, address)
  }

  get heard(): string {
    return this.client.stream.text
  }

  get isGone(): boolean {
    return this.client.stream.ended || this.client.stream.closed
  }

  async says(...lines: readonly string[]): Promise<string> {
    const before = this.heard.length
    for (const line of lines) this.client.stream.say(`${line}\n`)
    await this.#server.rest()
    return this.heard.slice(before)
  }
}

const signIns: Readonly<Record<string, (name: string) => string>> = {
  ident: (name) => `IDENT ${name}`,
  helo: (name) => `HELO ${name}`,
  json: (name) => `LOGIN_REQ {"username":"${name}"}`,
}
const elsewhere = '198.51.100.7'

async function opened(limits: Partial<Limits>, more: Partial<Settings> = {}) {
  const server = await MemoryServer.start({
    settings: { ...more, limits: { ...defaultSettings.limits, ...limits } },
  })
  const connect = async (protocol = 'ident', address = '127.0.0.1'): Promise<Guest> => {
    const guest = new Guest(server, protocol, address)
    await server.rest()
    return guest
  }
  const enter = async (name: string, protocol = 'ident', address = '127.0.0.1'): Promise<Guest> => {
    const guest = await connect(protocol, address)
    await guest.says(signIns[protocol]!(name))
    return guest
  }
  return { server, connect, enter }
}

const count = (text: string, part: string): number => text.split(part).length - 1
const times = (number: number, line: (at: number) => string): string[] =>
  Array.from({ length: number }, (_, at) => line(at))

describe('limits of a connection', () => {
  const garbage = { ident: 'WHAT', helo: 'WHAT', json: '[', cp: 'GARBAGE', parley: '1' }
  for (const [protocol, line] of Object.entries(garbage)) {
    it(`refusedBeforeSignIn ends it after as many refusals as are set: ${protocol}`, async () => {
      const { connect } = await opened({ refusedBeforeSignIn: 3 })
      const guest = await connect(protocol)
      const greeted = guest.heard
      await guest.says(line, line)
      assert.equal(guest.isGone, false)
      await guest.says(line)
      assert.equal(guest.isGone, true)
      const refusals = guest.heard.slice(greeted.length).trim().split('\n')
      if (protocol === 'json') assert.deepEqual(refusals.slice(3), ['DSCN {"reason":7104}'])
      else if (protocol === 'cp') assert.equal(refusals.length, 3)
      else if (protocol === 'parley') assert.match(refusals[3] ?? '', /"why":"too-many-refused"/)
      else assert.deepEqual(refusals.slice(3), ['DSCN Too many refused commands'])
    })
  }

  it('refusedBeforeSignIn ends a chatos connection too, and signing in begins anew', async () => {
    const { server, connect } = await opened({ refusedBeforeSignIn: 3 })
    const error = Buffer.from('0801', 'hex')
    const unauthenticated = await connect('chatos')
    unauthenticated.client.stream.say(Buffer.concat([error, error, error]))
    await server.rest()
    assert.equal(unauthenticated.isGone, true)
    const guest = await connect('ident')
    await guest.says('OK', 'OK', 'IDENT anna', 'OK', 'OK', 'OK', 'OK')
    assert.equal(guest.isGone, false)
  })

  it('signInSeconds ends it', async () => {
    const { server, connect } = await opened({ signInSeconds: 5 })
    const guest = await connect()
    await server.pass(4_999)
    assert.equal(guest.isGone, false)
    await server.pass(1)
    assert.match(guest.heard, /DSCN Login timeout\n$/)
  })

  it('frameBeforeSignIn and frame end it', async () => {
    const { connect } = await opened({ frameBeforeSignIn: 40, frame: 80 })
    const [early, late] = [await connect(), await connect()]
    assert.match(await early.says(`IDENT ${'x'.repeat(40)}`), /DSCN Unterminated message/)
    await late.says('IDENT anna')
    assert.match(await late.says(`BCST ${'x'.repeat(60)}`), /^OK BCST/)
    assert.match(await late.says(`BCST ${'x'.repeat(90)}`), /DSCN Unterminated message/)
  })

  it('unsentBytes drops a reader that is further behind', async () => {
    const { server, enter } = await opened({ unsentBytes: 10_000, messageRate: null })
    const [anna, slow] = [await enter('anna'), await enter('slow')]
    slow.client.stream.stopReading()
    const text = 'x'.repeat(1_000)
    await anna.says(`BCST ${text}`)
    for (let said = 0; said < 9; said++) await anna.says(`BCST ${text}`)
    assert.equal(count(anna.heard, 'LEFT slow'), 0)
    for (let said = 0; said < 3; said++) await anna.says(`BCST ${text}`)
    await server.rest()
    assert.equal(count(anna.heard, 'LEFT slow'), 1)
  })
})

describe('limits of an address', () => {
  it('signInRate lets some in at once, and the others in their turn', async () => {
    const { server, enter } = await opened({ signInRate: { burst: 2, perSecond: 1 } })
    const guests = await Promise.all(['anna', 'bert', 'carl'].map((name) => enter(name, 'ident', elsewhere)))
    assert.equal(guests.filter(({ heard }) => heard.includes('OK IDENT')).length, 2)
    const other = await enter('dora', 'ident', '192.0.2.1')
    assert.match(other.heard, /OK IDENT dora/)
    await server.pass(1_000)
    assert.equal(guests.filter(({ heard }) => heard.includes('OK IDENT')).length, 3)
  })
})

describe('limits of a user', () => {
  it('messageRate refuses what others would hear, also after coming back', async () => {
    const { enter } = await opened({ messageRate: { burst: 2, perSecond: 1 } })
    const anna = await enter('anna', 'ident', elsewhere)
    const said = await anna.says(...times(3, (at) => `BCST ${at}`))
    assert.equal(count(said, 'OK BCST'), 2)
    await anna.says('QUIT')
    const again = await enter('anna2', 'ident', elsewhere)
    assert.equal(count(await again.says('BCST hi'), 'OK BCST'), 0)
  })

  it('keyRate takes no new key that comes too soon', async () => {
    const { enter } = await opened({ keyRate: { burst: 1, perSecond: 1 } })
    const bert = await enter('bert')
    const anna = await enter('anna')
    await anna.says('PM_PUBKEY first', 'PM_PUBKEY second')
    assert.match(bert.heard, /PM_PUBKEY anna first\n/)
    assert.doesNotMatch(bert.heard, /second/)
  })

  it('keyQuestionRate refuses questions', async () => {
    const { enter } = await opened({ keyQuestionRate: { burst: 2, perSecond: 1 } })
    const bert = await enter('bert', 'helo')
    const anna = await enter('anna', 'helo')
    const said = await anna.says(...times(3, (at) => `REQUEST_PUBLIC_KEY @bert ${at}`))
    assert.equal(count(bert.heard, 'REQUEST_PUBLIC_KEY @anna'), 2)
    assert.match(said, /-SOFT_ERR too many messages/)
  })

  it('sessionKeyRate refuses session keys', async () => {
    const { enter } = await opened({ sessionKeyRate: { burst: 1, perSecond: 1 } })
    const bert = await enter('bert')
    await bert.says('PM_PUBKEY key')
    const anna = await enter('anna')
    const said = await anna.says('PM_SESSIONKEY bert one', 'PM_SESSIONKEY bert two')
    assert.equal(count(bert.heard, 'PM_SESSIONKEY anna'), 1)
    assert.equal(count(said, 'FAIL'), 1)
  })

  it('fileOfferRate refuses offers', async () => {
    const { enter } = await opened({ fileOfferRate: { burst: 1, perSecond: 1 } })
    const bert = await enter('bert', 'helo')
    const anna = await enter('anna', 'helo')
    const said = await anna.says('FILE_TRANS @bert 5 note.txt 1617', 'FILE_TRANS @bert 5 note.txt 1617')
    assert.equal(count(bert.heard, 'FILE_TRANS @anna'), 1)
    assert.match(said, /-SOFT_ERR too many messages/)
  })

  it('keptBytes takes no key that there is no room for', async () => {
    const { enter } = await opened({ keptBytes: 1_000 })
    const bert = await enter('bert', 'ident', elsewhere)
    const [anna, anne] = [await enter('anna', 'ident', elsewhere), await enter('anne', 'ident', elsewhere)]
    await anna.says(`PM_PUBKEY ${'a'.repeat(600)}`)
    await anne.says(`PM_PUBKEY ${'b'.repeat(600)}`)
    assert.deepEqual([count(bert.heard, 'PM_PUBKEY anna'), count(bert.heard, 'PM_PUBKEY anne')], [1, 0])
  })

  it('groupsPerUser and tunnelsPerUser refuse one more', async () => {
    const { enter } = await opened({ groupsPerUser: 1, tunnelsPerUser: 1 })
    const anna = await enter('anna', 'helo')
    const said = await anna.says('CREATE_GROUP one', 'CREATE_GROUP two')
    assert.equal(count(said, '+'), 1)
    assert.equal(anna.isGone, false)
  })
})

describe('limits of the server', () => {
  it('transferPorts: a quarter of them is for one user', async () => {
    const { enter } = await opened({ transferPorts: { first: 50_000, last: 50_007 } })
    const [bert, anna, anne] = [await enter('bert', 'helo'), await enter('anna', 'helo'), await enter('anne', 'helo')]
    const give = async (sender: string, guest: Guest, file: string): Promise<string> => {
      await guest.says(`FILE_TRANS @bert 5 ${file} 1617`)
      return bert.says(`READY_FOR_FILE @${sender} 5 ${file} 1617`)
    }
    const opens = /OPEN_PORT_TO_RECEIVE 500\d\d\n/
    assert.match(await give('anna', anna, 'a.txt'), opens)
    assert.match(await give('anna', anna, 'b.txt'), opens)
    assert.doesNotMatch(await give('anna', anna, 'c.txt'), opens)
    assert.match(await give('anne', anne, 'd.txt'), opens)
  })

  it('memory: a quarter is for what readers have not taken, and who is furthest behind goes first', async () => {
    const { server, enter } = await opened({ memory: 4_000_000, messageRate: null, keptBytes: 1_000 })
    const anna = await enter('anna')
    const slow = await Promise.all(times(5, (at) => `slow${at}`).map((name) => enter(name)))
    for (const { client } of slow) client.stream.stopReading()
    const text = 'x'.repeat(50_000)
    for (let said = 0; said < 3; said++) await anna.says(`BCST ${text}`)
    assert.equal(slow.filter(({ isGone }) => isGone).length, 0)
    for (let said = 0; said < 2; said++) await anna.says(`BCST ${text}`)
    await server.rest()
    const gone = slow.filter(({ isGone }) => isGone).length
    assert.ok(gone > 0 && gone < 5, `${gone} of 5 are gone`)
    assert.equal(count(anna.heard, 'LEFT slow'), gone)
    assert.equal(anna.isGone, false)
  })

  it('memory: an eighth is for keys and offers of all', async () => {
    const { enter } = await opened({ memory: 16_000 })
    const bert = await enter('bert')
    for (const name of ['anna', 'anne', 'anni']) {
      const guest = await enter(name)
      await guest.says(`PM_PUBKEY ${name.repeat(200)}`)
    }
    assert.equal(count(bert.heard, 'PM_PUBKEY'), 2)
  })
})
