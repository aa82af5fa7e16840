import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryCommunity } from './memory/community.ts'

describe('users', () => {
  it('gives a name to exactly one of two who claim it at once', async () => {
    const community = new MemoryCommunity()
    const [first, second] = await Promise.all([
      community.signIn(community.ear(), 'ann'),
      community.signIn(community.ear(), 'ANN'),
    ])
    assert.deepEqual([first.ok, second], [true, { ok: false, fail: 'name-taken' }])
    assert.deepEqual(community.core.users.names(), ['ann'])
  })

  it('leaves no ghost of a connection that ended while its sign-in was awaited, and tells nobody', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    const ear = community.ear()
    let welcomed = false
    const signingIn = community.signIn(ear, 'bob', { welcome: () => void (welcomed = true) })
    ear.end()
    assert.deepEqual(await signingIn, { ok: false, fail: 'gone' })
    assert.deepEqual(community.core.users.names(), ['ann'])
    assert.deepEqual(ann.ear.heard, [])
    assert.equal(welcomed, false)
    await community.join('bob')
  })

  it('welcomes before anybody else is told', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    let heardAtWelcome: readonly string[] = ['never welcomed']
    const bob = await community.join('bob', { welcome: () => (heardAtWelcome = [...ann.ear.heard]) })
    assert.deepEqual(heardAtWelcome, [])
    assert.deepEqual(ann.ear.heard, ['user-joined bob'])
    assert.deepEqual(bob.ear.heard, [])
  })

  it('frees a name at once when its user leaves, and tells the others', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    const bob = await community.join('bob')
    community.leave(bob)
    assert.equal((await community.signIn(community.ear(), 'Bob')).ok, true)
    assert.deepEqual(ann.ear.heard, ['user-joined bob', 'user-left bob', 'user-joined Bob'])
  })

  it('announces a departure once however often it is reported', async () => {
    const community = new MemoryCommunity()
    const ann = await community.join('ann')
    const bob = await community.join('bob')
    community.leave(bob)
    community.leave(bob)
    assert.deepEqual(ann.ear.heard, ['user-joined bob', 'user-left bob'])
  })

  it('does not let the departure of one who had a name end the next one who took it', async () => {
    const community = new MemoryCommunity()
    const former = await community.join('bob')
    community.leave(former)
    await community.join('bob')
    community.leave(former)
    assert.deepEqual(community.core.users.names(), ['bob'])
  })

  it('lists names in the order of signing in and in the case they were taken with', async () => {
    const community = new MemoryCommunity()
    const zoe = await community.join('Zoe')
    await community.join('ann')
    await community.join('Bob')
    community.leave(zoe)
    await community.join('zoE')
    assert.deepEqual(community.core.users.names(), ['ann', 'Bob', 'zoE'])
  })

  it('refuses names outside the grammar and reserved ones in any case', async () => {
    const community = new MemoryCommunity()
    for (const name of ['', 'a b', 'é', 'a'.repeat(33), 'a\n'])
      assert.deepEqual(await community.signIn(community.ear(), name), { ok: false, fail: 'name-invalid' })
    for (const name of ['Server', 'ALL', 'everyone', 'unknown'])
      assert.deepEqual(await community.signIn(community.ear(), name), { ok: false, fail: 'name-reserved' })
  })
})

describe('users with accounts', () => {
  it('show the name in the case of the account', async () => {
    const community = await withAccount()
    await community.join('ANN', { password: 'secret12' })
    assert.deepEqual(community.core.users.names(), ['Ann'])
  })

  it('answer a missing and a wrong password as a name in use', async () => {
    const community = await withAccount()
    for (const password of [undefined, '', 'secret', 'secret123'])
      assert.deepEqual(await community.signIn(community.ear(), 'ann', { password }), { ok: false, fail: 'name-taken' })
  })

  it('answer an unknown name as a wrong password where no guests are let in', async () => {
    const community = await withAccount()
    for (const name of ['ann', 'bob']) {
      const refused = await community.signIn(community.ear(), name, { guests: false, password: 'wrong' })
      assert.deepEqual(refused, { ok: false, fail: 'wrong-password' })
    }
    const nothing = await community.signIn(community.ear(), 'bob', { guests: false })
    assert.deepEqual(nothing, { ok: false, fail: 'wrong-password' })
  })

  it('may have any number of shared connections beside one exclusive, who join once and leave once', async () => {
    const community = await withAccount()
    const bob = await community.join('bob')
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    const first = await community.join('ann', shared)
    const second = await community.join('ann', shared)
    const exclusive = await community.join('ann', { password: 'secret12' })
    const third = await community.join('ann', shared)
    assert.deepEqual(await community.signIn(community.ear(), 'ann', { password: 'secret12' }), {
      ok: false,
      fail: 'name-taken',
    })
    assert.deepEqual(community.core.users.names(), ['bob', 'Ann'])
    assert.deepEqual(bob.ear.heard, ['user-joined Ann'])
    for (const each of [exclusive, first, third]) community.leave(each)
    assert.deepEqual(bob.ear.heard, ['user-joined Ann'])
    community.leave(second)
    assert.deepEqual(bob.ear.heard, ['user-joined Ann', 'user-left Ann'])
    for (const each of [first, second, third, exclusive]) assert.deepEqual(each.ear.heard, [])
  })

  it('report the departure of each connection once to whoever watches', async () => {
    const community = await withAccount()
    const departures: number[] = []
    community.core.users.watch({ departed: (_, user) => void departures.push(user.presences.size) })
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    const [first, second] = [await community.join('ann', shared), await community.join('ann', shared)]
    community.leave(first)
    community.leave(first)
    community.leave(second)
    assert.deepEqual(departures, [1, 0])
  })

  it('do not count a missing password as a wrong one', async () => {
    const community = await withAccount()
    for (let count = 0; count < 10; count++) await community.signIn(community.ear(), 'ann')
    assert.equal((await community.signIn(community.ear(), 'ann', { password: 'secret12' })).ok, true)
  })

  it('cannot join a guest who took the name before it was registered', async () => {
    const community = new MemoryCommunity()
    await community.join('ann')
    await community.core.accounts.add('ann', 'secret12')
    const shared = { guests: false, exclusive: false, password: 'secret12' }
    assert.deepEqual(await community.signIn(community.ear(), 'ann', shared), { ok: false, fail: 'name-taken' })
  })

  it('let nobody in by name while the store cannot tell whether it is registered', async () => {
    const community = new MemoryCommunity({}, (store) => ({
      ...store,
      accounts: { ...store.accounts, find: async () => ({ ok: false, fail: 'store-unavailable' }) },
    }))
    assert.deepEqual(await community.signIn(community.ear(), 'ann'), { ok: false, fail: 'store-unavailable' })
  })
})

async function withAccount(): Promise<MemoryCommunity> {
  const community = new MemoryCommunity()
  await community.core.accounts.add('Ann', 'secret12')
  return community
}
