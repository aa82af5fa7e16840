import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Accounts } from './accounts.ts'
import { answered } from './memory/community.ts'
import { VirtualClock } from './memory/clock.ts'
import { PlainPasswords } from './memory/passwords.ts'
import { MemoryStore } from './memory/store.ts'
import { parseUserName, type UserName } from './names.ts'
import { defaultCoreSettings } from './settings.ts'

const wrong = { ok: false, fail: 'wrong-password' }

describe('accounts', () => {
  it('let in who has the password and nobody else', async () => {
    const { accounts } = await annsAccount()
    const right = await accounts.authenticate({ name: userName('ANN'), password: 'right', address: 'a' })
    assert.equal(right.ok && right.value.name, 'Ann')
    assert.deepEqual(await accounts.authenticate({ name: userName('ann'), password: 'Right', address: 'a' }), wrong)
    assert.deepEqual(await accounts.authenticate({ name: userName('bob'), password: 'right', address: 'a' }), wrong)
  })

  it('are added once, changed and removed by any case of the name', async () => {
    const { accounts } = await annsAccount()
    assert.deepEqual(await accounts.add('ANN', 'x'), { ok: false, fail: 'account-exists' })
    assert.deepEqual(await accounts.add('server', 'x'), { ok: false, fail: 'name-reserved' })
    assert.deepEqual(await accounts.add('a-b', 'x'), { ok: false, fail: 'name-invalid' })
    assert.equal((await accounts.setPassword('aNN', 'changed')).ok, true)
    const changed = await accounts.authenticate({ name: userName('ann'), password: 'changed', address: 'a' })
    assert.equal(changed.ok, true)
    assert.equal((await accounts.remove('ANN')).ok, true)
    assert.deepEqual(await accounts.remove('Ann'), { ok: false, fail: 'no-such-account' })
    assert.deepEqual(await accounts.setPassword('not a name', 'x'), { ok: false, fail: 'no-such-account' })
    assert.deepEqual(await accounts.list(), { ok: true, value: [] })
  })
})

describe('failed passwords', () => {
  it('are what counts: any number who have the password get in at once', async () => {
    const { attempt } = await annsAccount()
    const answers = await Promise.all(Array.from({ length: 40 }, () => attempt('ann', 'a', 'right')))
    assert.equal(answers.filter(({ ok }) => ok).length, 40)
  })

  it('are looked at five times a minute for a name from one address, then refused after 3 s unseen', async () => {
    const { passwords, clock, attempt } = await annsAccount()
    for (let count = 0; count < 5; count++) assert.deepEqual(await attempt('ann', 'a', 'wrong'), wrong)
    const looks = passwords.looks
    let answer: unknown
    const refused = attempt('ann', 'a', 'right').then((result) => (answer = result))
    await answered()
    clock.advance(2_999)
    await answered()
    assert.equal(answer, undefined)
    clock.advance(1)
    await refused
    assert.deepEqual(answer, wrong)
    assert.equal(passwords.looks, looks)
    assert.equal((await attempt('ann', 'b', 'right')).ok, true)
  })

  it('are forgotten after a minute by the monotonic clock', async () => {
    const { clock, looked } = await annsAccount()
    for (let count = 0; count < 5; count++) await looked('ann', 'a', 'wrong')
    clock.jump(3_600_000)
    clock.advance(59_999)
    assert.equal(await looked('ann', 'a', 'right'), false)
    // The refusal above let 3 s pass.
    assert.equal(await looked('ann', 'a', 'right'), true)
  })

  it('count for a minute to the millisecond, one by one', async () => {
    const { clock, looked } = await annsAccount()
    await looked('ann', 'a', 'wrong')
    clock.advance(50_000)
    for (let count = 0; count < 4; count++) await looked('ann', 'a', 'wrong')
    clock.advance(10_000)
    assert.equal(await looked('ann', 'a', 'wrong'), true)
    assert.equal(await looked('ann', 'a', 'right'), false)
  })

  it('are looked at twenty times a minute from one address, whatever the names', async () => {
    const { looked } = await annsAccount()
    for (let count = 0; count < 20; count++) assert.equal(await looked(`name${count}`, 'a', 'wrong'), true)
    assert.equal(await looked('ann', 'a', 'right'), false)
    assert.equal(await looked('ann', 'b', 'right'), true)
  })

  it('are looked at a hundred times a minute for a name, whatever the addresses', async () => {
    const { looked } = await annsAccount()
    for (let count = 0; count < 100; count++) assert.equal(await looked('ann', `address ${count}`, 'wrong'), true)
    assert.equal(await looked('ann', 'yet another', 'right'), false)
    assert.equal(await looked('bob', 'yet another', 'wrong'), true)
  })

  it('count for one name in any case', async () => {
    const { looked } = await annsAccount()
    for (const name of ['ann', 'Ann', 'ANN', 'aNN', 'anN']) await looked(name, 'a', 'wrong')
    assert.equal(await looked('AnN', 'a', 'right'), false)
  })

  it('are not counted when they were right', async () => {
    const { looked } = await annsAccount()
    for (let count = 0; count < 50; count++) assert.equal(await looked('ann', 'a', 'right'), true)
    for (let count = 0; count < 5; count++) assert.equal(await looked('ann', 'a', 'wrong'), true)
    assert.equal(await looked('ann', 'a', 'wrong'), false)
  })

  it('are not counted when the store could not be asked', async () => {
    const { looked, store, attempt } = await annsAccount()
    const { accounts } = store
    Object.assign(store, {
      accounts: { ...accounts, find: async () => ({ ok: false, fail: 'store-unavailable' }) },
    })
    for (let count = 0; count < 6; count++)
      assert.deepEqual(await attempt('ann', 'a', 'right'), { ok: false, fail: 'store-unavailable' })
    Object.assign(store, { accounts })
    assert.equal(await looked('ann', 'a', 'right'), true)
  })

  it('do not slip through when many are tried at once', async () => {
    const { accounts, passwords, clock } = await annsAccount()
    const tries = Array.from({ length: 50 }, () =>
      accounts.authenticate({ name: userName('ann'), password: 'wrong', address: 'a' }),
    )
    await answered()
    clock.advance(3_000)
    assert.ok((await Promise.all(tries)).every((result) => !result.ok))
    assert.equal(passwords.looks, 5)
  })
})

async function annsAccount() {
  const clock = new VirtualClock()
  const store = new MemoryStore(defaultCoreSettings.mailbox)
  const passwords = new CountedPasswords()
  const accounts = new Accounts(store, passwords, clock, defaultCoreSettings.passwords)
  await accounts.add('Ann', 'right')

  const attempt = (name: string, address: string, password: string) =>
    accounts.authenticate({ name: userName(name), password, address })
  /** Whether the password was looked at. */
  const looked = async (name: string, address: string, password: string) => {
    const before = passwords.looks
    const answering = attempt(name, address, password)
    await answered()
    if (passwords.looks === before) clock.advance(3_000)
    await answering
    return passwords.looks > before
  }
  return { accounts, clock, store, passwords, attempt, looked }
}

class CountedPasswords extends PlainPasswords {
  looks = 0

  override verify(hash: string | null, password: string): Promise<boolean> {
    this.looks++
    return super.verify(hash, password)
  }
}

function userName(text: string): UserName {
  const parsed = parseUserName(text)
  assert.ok(parsed.ok)
  return parsed.value
}
