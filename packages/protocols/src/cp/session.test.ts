import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCore, EachMember, fail, type Core, type Passwords, type Store, type Subscriber } from '@parley/core'
import { MemoryBus, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/memory'
import { encodeText } from '../kit/text.ts'
import type { Decoded } from '../protocol.ts'
import { cpCodec, type CpFrame } from './codec.ts'
import { CpSession } from './session.ts'
import { cpWire } from './wire.ts'
import { noSockets } from '../../suites/no-sockets.ts'

describe('cp session', () => {
  it('asks the store once and the hash once for every refused sign-in, whatever is wrong with it (P-4)', async () => {
    const asked: string[] = []
    const { connect } = await world({
      store: (store) => ({
        ...store,
        accounts: { ...store.accounts, find: (key) => (asked.push('store'), store.accounts.find(key)) },
      }),
      verify: () => asked.push('hash'),
    })
    for (const [username, password] of [
      ['Pamina', 'wrong'],
      ['nobody', 'papagena'],
      ['no-name', 'papagena'],
      ['server', 'papagena'],
      ['Pamina', ''],
      ['Pamina', 'more than fifteen'],
      ['nobody', 'more than fifteen'],
      ['no-name', ''],
    ]) {
      const { says, heard } = connect()
      await says(`USER${username}`)
      assert.deepEqual(asked, [], 'USER looks at nothing')
      await says(`PASS${password}`)
      assert.deepEqual(asked.splice(0), ['store', 'hash'], `${username} ${password}`)
      assert.deepEqual(heard, ['220 received username successfully', '565 error authenticating user'])
    }
  })

  it('refuses an over-long password also where it is the right one', async () => {
    const { connect, core } = await world()
    await core.accounts.add('Tosca', 'sixteen-letters!')
    const { says, heard } = connect()
    await says('USERTosca')
    await says('PASSsixteen-letters!')
    assert.equal(heard.at(-1), '565 error authenticating user')
    assert.deepEqual(core.users.names(), [])
  })

  it('refuses a sign-in as ever when the store cannot be asked, and goes on', async () => {
    let broken = true
    const { connect } = await world({
      store: (store) => ({
        ...store,
        accounts: {
          ...store.accounts,
          find: async (key) => (broken ? fail('store-unavailable') : store.accounts.find(key)),
        },
      }),
    })
    const pamina = connect()
    await pamina.signsIn()
    assert.equal(pamina.heard.at(-1), '565 error authenticating user')
    broken = false
    await pamina.signsIn()
    assert.equal(pamina.heard.at(-1), '230 user authenticated successfully')
  })

  it('leaves nobody behind when the connection ends while its sign-in is awaited (X-9)', async () => {
    const { connect, core } = await world()
    const pamina = connect()
    await pamina.says('USERPamina')
    const signingIn = pamina.says('PASSpapagena')
    pamina.state.open = false
    await signingIn
    pamina.session.closed()
    assert.deepEqual(core.users.names(), [])
    assert.deepEqual(pamina.heard, ['220 received username successfully'])
  })

  it('answers 550 when the mailbox cannot be read, and is in Error Processing then (P-6)', async () => {
    let broken = true
    const { connect } = await world({
      store: (store) => ({
        ...store,
        mailboxes: {
          ...store.mailboxes,
          after: async (...asked) => (broken ? fail('store-unavailable') : store.mailboxes.after(...asked)),
        },
      }),
    })
    const pamina = connect()
    await pamina.signsIn()
    await pamina.says('RMSG')
    assert.equal(pamina.heard.at(-1), '550 error downloading message')
    broken = false
    await pamina.says('201 recovered')
    await pamina.says('RMSG')
    assert.equal(pamina.heard.at(-1), '256 no new messages')
  })

  it('answers 550 when a message cannot be removed, which then comes again', async () => {
    let broken = true
    const { connect } = await world({
      store: (store) => ({
        ...store,
        mailboxes: {
          ...store.mailboxes,
          remove: async (...asked) => (broken ? fail('store-unavailable') : store.mailboxes.remove(...asked)),
        },
      }),
    })
    const pamina = connect()
    await pamina.signsIn()
    await pamina.says('SMSGPamina:note')
    await pamina.says('RMSG')
    await pamina.says('250')
    assert.equal(pamina.heard.at(-1), '550 error downloading message')
    broken = false
    await pamina.says('RMSG')
    await pamina.says('250')
    assert.deepEqual(pamina.heard.slice(-2), ['RMSGPamina:note', '255 end of messages'])
  })

  it('answers 540 when a message cannot be stored (P-5)', async () => {
    const { connect } = await world({
      store: (store) => ({
        ...store,
        mailboxes: { ...store.mailboxes, put: async () => fail('store-unavailable') },
      }),
    })
    const pamina = connect()
    await pamina.signsIn()
    await pamina.says('SMSGPamina:note')
    assert.equal(pamina.heard.at(-1), '540 error sending message')
  })

  it('says 240 only when the message is durable (P-7)', async () => {
    let write = () => {}
    const written = new Promise<void>((resolve) => (write = resolve))
    const { connect } = await world({
      store: (store) => ({
        ...store,
        mailboxes: { ...store.mailboxes, put: (...asked) => written.then(() => store.mailboxes.put(...asked)) },
      }),
    })
    const pamina = connect()
    await pamina.signsIn()
    const sending = pamina.says('SMSGPamina:note')
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(pamina.heard.at(-1), '230 user authenticated successfully')
    write()
    await sending
    assert.equal(pamina.heard.at(-1), '240 message successfully sent')
  })

  it('starts the time to sign in anew at every command before it and after TERM, and not in between (P-11)', async () => {
    const { connect } = await world()
    const pamina = connect()
    await pamina.says('NICK')
    await pamina.says('USERPamina')
    await pamina.says('PASSpapagena')
    await pamina.says('RMSG')
    await pamina.says('TERM')
    assert.deepEqual(pamina.signs, ['out', 'out', 'out', 'in Pamina', 'out'])
  })

  it('waits for no confirmation any more once it is closed', async () => {
    const { connect, clock, core } = await world()
    const pamina = connect()
    await pamina.signsIn()
    await pamina.says('SMSGPamina:note')
    await pamina.says('RMSG')
    pamina.session.closed()
    assert.deepEqual(core.users.names(), [])
    assert.equal(clock.waiting, 0)
  })

  it('has no words for an end that the server decides (X-11)', async () => {
    const { connect } = await world()
    const pamina = connect()
    await pamina.signsIn()
    pamina.session.farewell()
    assert.equal(pamina.heard.length, 2)
  })
})

interface Changes {
  readonly store?: (store: Store) => Store
  /** Called at every look at a password. */
  readonly verify?: () => void
}

async function world({ store: change = (store) => store, verify = () => {} }: Changes = {}) {
  const clock = new VirtualClock()
  const memory = new MemoryStore({ perPair: 10, perRecipient: 100 })
  const plain = new PlainPasswords()
  const store = change({
    accounts: memory.accounts,
    mailboxes: memory.mailboxes,
    groups: memory.groups,
    close: () => memory.close(),
  })
  const passwords: Passwords = {
    hash: (password) => plain.hash(password),
    verify: (hash, password) => (verify(), plain.verify(hash, password)),
  }
  const core = createCore({ store, bus: new MemoryBus().join(), clock, random: new SeededRandom(1), passwords })
  await core.accounts.add('Pamina', 'papagena')
  return { core, clock, connect: () => connection(core, clock) }
}

function connection(core: Core, clock: VirtualClock) {
  const heard: string[] = []
  const signs: string[] = []
  const state = { open: true }
  const channel = new EachMember(cpWire('utf-8', true))
  const subscriber: Subscriber = {
    channel,
    get open() {
      return state.open
    },
    deliver: () => assert.fail('nothing is sent out of turn'),
    whenReceived: () => {},
  }
  const session = new CpSession(
    {
      core,
      clock,
      serverName: 'Parley',
      address: `somewhere ${addresses++}`,
      subscriber,
      subscriberOn: () => subscriber,
      strangers: () => 0,
      send: (pdu) => void heard.push(pdu),
      close: () => void heard.push('[closed]'),
      signedIn: (name) => void signs.push(`in ${name}`),
      signedOut: () => void signs.push('out'),
      ...noSockets,
    },
    { channel, alphabet: 'utf-8', broadcasts: true },
  )
  const says = async (pdu: string) => session.received(frameOf(pdu))
  const signsIn = async () => {
    await says('USERPamina')
    await says('PASSpapagena')
  }
  return { session, heard, signs, state, says, signsIn }
}

/** Each connection comes from somewhere else, so that the limits of failed passwords stay out of the way. */
let addresses = 0

function frameOf(pdu: string): Decoded<CpFrame> {
  const decoder = cpCodec.decoder(() => 0)
  decoder.push(encodeText(`${pdu}\n`))
  return decoder.next() ?? assert.fail(`${pdu} is no PDU`)
}
