import { fail, type Store } from '@parley/core'
import { MemoryStore, named } from '@parley/core/testing'
import { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

type Client = Awaited<ReturnType<typeof cp>>

describe('cp session', () => {
  it('checks a password for every refused sign-in, whatever is wrong with it, and for nothing else (P-4)', async () => {
    const server = await withPamina()
    const { prove } = server.composed.services
    const checked: string[] = []
    Object.assign(server.composed.services, {
      prove: (attempt: Parameters<typeof prove>[0]) => {
        checked.push(attempt.password)
        return prove(attempt)
      },
    })
    const attempts = [
      ['Pamina', 'wrong'],
      ['nobody', 'papagena'],
      ['no-name', 'papagena'],
      ['server', 'papagena'],
      ['Pamina', ''],
      ['Pamina', 'more than fifteen'],
      ['nobody', 'more than fifteen'],
      ['no-name', ''],
    ] as const
    for (const [index, [username, password]] of attempts.entries()) {
      // From somewhere else each time, so that the limits of wrong passwords stay out of the way.
      const { says, heard } = await cp(server, `192.0.2.${index}`)
      await says(`USER${username}`)
      assert.deepEqual(checked, [], 'USER looks at nothing')
      await says(`PASS${password}`)
      assert.deepEqual(checked.splice(0), [password], `${username} ${password}`)
      assert.deepEqual(heard(), ['220 received username successfully', '565 error authenticating user'])
    }
  })

  it('refuses an over-long password also where it is the right one', async () => {
    const server = await withPamina()
    await server.addAccount('Tosca', 'sixteen-letters!')
    const { says, heard } = await cp(server)
    await says('USERTosca')
    await says('PASSsixteen-letters!')
    assert.equal(heard().at(-1), '565 error authenticating user')
    assert.deepEqual(server.community.users.names(), [])
  })

  it('leaves nobody behind when the connection ends while its sign-in is awaited (X-9)', async () => {
    const { server, says, stream, heard } = await cp(await withPamina())
    await says('USERPamina')
    stream.say('PASSpapagena\r\n')
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.deepEqual(heard(), ['220 received username successfully'])
  })

  it('says 550 when the mailbox cannot be read, and is in Error Processing then (P-6)', async () => {
    const store = new FaultyStore()
    const pamina = await signedIn(await withPamina(store))
    store.readable = false
    await pamina.says('RMSG')
    assert.equal(pamina.heard().at(-1), '550 error downloading message')
    store.readable = true
    await pamina.says('201 recovered')
    await pamina.says('RMSG')
    assert.equal(pamina.heard().at(-1), '256 no new messages')
  })

  it('hands out the next message when one cannot be removed, and removes both when it can (P-6)', async () => {
    const store = new FaultyStore()
    const server = await withPamina(store)
    const pamina = await signedIn(server)
    for (const text of ['one', 'two', 'three']) await pamina.says(`SMSGPamina:${text}`)
    await pamina.says('RMSG')
    store.full = true
    await pamina.says('250')
    await pamina.says('250')
    assert.deepEqual(pamina.heard().slice(-3), ['RMSGPamina:one', 'RMSGPamina:two', 'RMSGPamina:three'])
    await pamina.says('550')
    await pamina.says('RMSG')
    assert.equal(pamina.heard().at(-1), 'RMSGPamina:three', 'what was confirmed does not come again')
    await pamina.says('550')
    const again = await signedIn(server)
    await again.says('RMSG')
    assert.equal(again.heard().at(-1), 'RMSGPamina:one', 'it is still there for the next sign-in')
    store.full = false
    await server.pass(1_000)
    await pamina.says('RMSG')
    await pamina.says('250')
    assert.deepEqual(pamina.heard().slice(-2), ['RMSGPamina:three', '255 end of messages'])
    assert.equal(server.community.mailboxes.waiting(named('Pamina')), 0)
  })

  it('says 540 when a message cannot be stored (P-5)', async () => {
    const store = new FaultyStore()
    const pamina = await signedIn(await withPamina(store))
    store.full = true
    await pamina.says('SMSGPamina:note')
    assert.equal(pamina.heard().at(-1), '540 error sending message')
  })

  it('says 240 only when the message is durable (P-7)', async () => {
    const store = new FaultyStore()
    const pamina = await signedIn(await withPamina(store))
    const commit = store.holdCommits()
    await pamina.says('SMSGPamina:note')
    assert.equal(pamina.heard().at(-1), '230 user authenticated successfully')
    commit()
    await pamina.server.rest()
    assert.equal(pamina.heard().at(-1), '240 message successfully sent')
  })

  it('starts the time to sign in anew at every command before it and after TERM, and not in between (P-11)', async () => {
    const { server, says, stream } = await cp(await withPamina())
    for (const pdu of ['NICK', 'USERPamina', 'PASSpapagena', 'RMSG', 'TERM']) {
      await server.pass(59_000)
      await says(pdu)
      assert.equal(stream.ended, false, pdu)
    }
    await server.pass(59_999)
    assert.equal(stream.ended, false)
    await server.pass(1)
    assert.equal(stream.ended, true)
  })

  it('waits for no confirmation any more once it is closed', async () => {
    const { server, says, stream } = await signedIn(await withPamina())
    await says('SMSGPamina:note')
    await says('RMSG')
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.equal(server.clock.waiting, 1, 'only history waits for its time')
  })

  it('hears nothing between TERM and the next sign-in, and keeps nothing from before (P-8)', async () => {
    const server = await withPamina()
    await server.addAccount('Dolce', 'vita2048')
    const [pamina, dolce] = [await signedIn(server), await cp(server)]
    await dolce.says('USERDolce')
    await dolce.says('PASSvita2048')
    await dolce.says('SMSGall:before')
    await pamina.says('TERM')
    await dolce.says('SMSGall:between')
    await pamina.says('USERPamina')
    await pamina.says('PASSpapagena')
    await pamina.says('RMSG')
    assert.equal(pamina.heard().at(-1), '256 no new messages')
  })

  it('has no words for an end that the server decides (X-11)', async () => {
    const { server, connection, heard, stream } = await signedIn(await withPamina())
    connection.disconnect('stopping')
    await server.rest()
    assert.deepEqual([heard().length, stream.ended], [2, true])
  })
})

/** A store that can be read or written only as long as a test likes. */
class FaultyStore extends MemoryStore {
  readable = true
  #held: Promise<void> | undefined

  /** Nothing is durable until what this returns is called. */
  holdCommits(): () => void {
    let release = () => {}
    this.#held = new Promise((resolve) => (release = resolve))
    return release
  }

  override async commit(...writes: Parameters<Store['commit']>): ReturnType<Store['commit']> {
    await this.#held
    return super.commit(...writes)
  }

  override async messages(...asked: Parameters<Store['messages']>): ReturnType<Store['messages']> {
    return this.readable ? super.messages(...asked) : fail('unavailable')
  }
}

async function withPamina(store: Store = new MemoryStore()): Promise<MemoryServer> {
  const server = await MemoryServer.start({ store })
  await server.addAccount('Pamina', 'papagena')
  return server
}

async function signedIn(server: MemoryServer): Promise<Client> {
  const client = await cp(server)
  await client.says('USERPamina')
  await client.says('PASSpapagena')
  assert.equal(client.heard().at(-1), '230 user authenticated successfully')
  return client
}

/** One client of a server, in PDUs. */
async function cp(server: MemoryServer, address?: string) {
  const { stream, connection } = server.connect('cp', {}, address)
  const says = (pdu: string) => {
    stream.say(`${pdu}\r\n`)
    return server.rest()
  }
  await server.rest()
  return { server, stream, connection, says, heard: () => stream.text.split('\r\n').slice(0, -1) }
}
