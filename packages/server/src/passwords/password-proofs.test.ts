import { fail, keyOf, ok, type Account } from '@parley/core'
import { named } from '@parley/core/suites'
import { PlainPasswords, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defaultSettings } from '../config/settings.ts'
import { PasswordProofs } from './password-proofs.ts'

const wrong = fail('wrong-password')
const days = 24 * 3_600_000

describe('a proof of a password', () => {
  it('is for who has the password and nobody else, in any case of the name', async () => {
    const { prove } = annsAccount()
    assert.deepEqual(await prove('ANN', 'a', 'right'), ok({ version: 7 }))
    assert.deepEqual(await prove('ann', 'a', 'Right'), wrong)
    assert.deepEqual(await prove('bob', 'a', 'right'), wrong)
  })

  it('says against which version of the account it was checked, also when that changed meanwhile', async () => {
    const { prove, accounts } = annsAccount()
    const proving = prove('ann', 'a', 'right')
    await turn()
    accounts.set(keyOf(named('ann')), { name: named('Ann'), hash: 'plain:new', version: 9 })
    assert.deepEqual(await proving, ok({ version: 7 }))
    assert.deepEqual(await prove('ann', 'a', 'new'), ok({ version: 9 }))
  })

  it('looks at a password for a name without an account, and for what is no name, so that time tells nothing', async () => {
    const { passwords, prove, looked } = annsAccount()
    await prove('nobody', 'a', 'x')
    assert.equal(passwords.looks, 1)
    for (let count = 0; count < 5; count++) assert.equal(await looked(null, 'a', 'x'), true)
    assert.equal(await looked(null, 'a', 'x'), false)
  })

  it('lets addresses take turns, a few at a time', async () => {
    const { passwords, prove } = annsAccount()
    passwords.hold()
    const ended: string[] = []
    const all = ['a', 'a', 'a', 'a', 'b'].map(async (address, at) => {
      await prove(`name${at}`, address, 'x')
      ended.push(address)
    })
    await turn()
    assert.equal(passwords.looks, 2)
    passwords.release()
    await Promise.all(all)
    assert.deepEqual(ended, ['a', 'a', 'a', 'b', 'a'])
  })
})

describe('failed passwords', () => {
  it('are what counts: any number who have the password get in at once', async () => {
    const { prove } = annsAccount()
    const results = await Promise.all(Array.from({ length: 40 }, () => prove('ann', 'a', 'right')))
    assert.equal(results.filter(({ ok }) => ok).length, 40)
  })

  it('are looked at five times a minute for a name from one address, then refused after 3 s unseen', async () => {
    const { passwords, clock, prove } = annsAccount()
    for (let count = 0; count < 5; count++) assert.deepEqual(await prove('ann', 'a', 'wrong'), wrong)
    const looks = passwords.looks
    let result: unknown
    const refused = prove('ann', 'a', 'right').then((proof) => (result = proof))
    await turn()
    clock.advance(2_999)
    await turn()
    assert.equal(result, undefined)
    clock.advance(1)
    await refused
    assert.deepEqual(result, wrong)
    assert.equal(passwords.looks, looks)
    assert.equal((await prove('ann', 'b', 'right')).ok, true)
  })

  it('are forgotten after a minute by the monotonic clock', async () => {
    const { clock, looked } = annsAccount()
    for (let count = 0; count < 5; count++) await looked('ann', 'a', 'wrong')
    clock.jump(3_600_000)
    clock.advance(59_999)
    assert.equal(await looked('ann', 'a', 'right'), false)
    // The refusal above let 3 s pass.
    assert.equal(await looked('ann', 'a', 'right'), true)
  })

  it('count for a minute to the millisecond, one by one', async () => {
    const { clock, looked } = annsAccount()
    await looked('ann', 'a', 'wrong')
    clock.advance(50_000)
    for (let count = 0; count < 4; count++) await looked('ann', 'a', 'wrong')
    clock.advance(10_000)
    assert.equal(await looked('ann', 'a', 'wrong'), true)
    assert.equal(await looked('ann', 'a', 'right'), false)
  })

  it('are looked at twenty times a minute from one address, whatever the names', async () => {
    const { looked } = annsAccount()
    for (let count = 0; count < 20; count++) assert.equal(await looked(`name${count}`, 'a', 'wrong'), true)
    assert.equal(await looked('ann', 'a', 'right'), false)
    assert.equal(await looked('ann', 'b', 'right'), true)
  })

  it('are looked at a hundred times a minute for a name, whatever the addresses', async () => {
    const { looked } = annsAccount()
    for (let count = 0; count < 100; count++) assert.equal(await looked('ann', `address ${count}`, 'wrong'), true)
    assert.equal(await looked('ann', 'yet another', 'right'), false)
    assert.equal(await looked('bob', 'yet another', 'wrong'), true)
  })

  it('count for one name in any case', async () => {
    const { looked } = annsAccount()
    for (const name of ['ann', 'Ann', 'ANN', 'aNN', 'anN']) await looked(name, 'a', 'wrong')
    assert.equal(await looked('AnN', 'a', 'right'), false)
  })

  it('are not counted when they were right', async () => {
    const { looked } = annsAccount()
    for (let count = 0; count < 50; count++) assert.equal(await looked('ann', 'a', 'right'), true)
    for (let count = 0; count < 5; count++) assert.equal(await looked('ann', 'a', 'wrong'), true)
    assert.equal(await looked('ann', 'a', 'wrong'), false)
  })

  it('do not slip through when many are tried at once', async () => {
    const { passwords, clock, prove } = annsAccount()
    const tries = Array.from({ length: 50 }, () => prove('ann', 'a', 'wrong'))
    await turn()
    clock.advance(3_000)
    assert.ok((await Promise.all(tries)).every((result) => !result.ok))
    assert.equal(passwords.looks, 5)
  })

  it('block nobody after a check that broke', async () => {
    const { passwords, prove, looked } = annsAccount()
    for (let count = 0; count < 6; count++) {
      passwords.broken = true
      await assert.rejects(prove('ann', 'a', 'right'), /broken/)
    }
    passwords.broken = false
    assert.equal(await looked('ann', 'a', 'right'), true)
  })
})

describe('an address from which a name was signed in within the last 30 days', () => {
  it('is not kept out by what others fail at that name', async () => {
    const { looked } = annsAccount()
    await looked('ann', 'home', 'right')
    for (let count = 0; count < 100; count++) await looked('ann', `address ${count}`, 'wrong')
    assert.equal(await looked('ann', 'elsewhere', 'right'), false)
    assert.equal(await looked('ANN', 'home', 'right'), true)
  })

  it('is not kept out by what others fail at other names from there', async () => {
    const { looked } = annsAccount()
    await looked('ann', 'home', 'right')
    for (let count = 0; count < 20; count++) await looked(`name${count}`, 'home', 'wrong')
    assert.equal(await looked('bob', 'home', 'wrong'), false)
    assert.equal(await looked('ann', 'home', 'right'), true)
  })

  it('does not wait for others, whose attempts could reach their limit', async () => {
    const { passwords, prove } = annsAccount()
    await prove('ann', 'home', 'right')
    passwords.hold()
    const others = Array.from({ length: 100 }, (_, at) => prove('ann', `address ${at}`, 'wrong'))
    await turn()
    let result: unknown
    const proving = prove('ann', 'home', 'right').then((proof) => (result = proof))
    passwords.release()
    await Promise.all(others)
    await proving
    assert.deepEqual(result, ok({ version: 7 }))
  })

  it('has failures of its own, five a minute, which keep nobody else out', async () => {
    const { looked } = annsAccount()
    await looked('ann', 'home', 'right')
    for (let count = 0; count < 5; count++) assert.equal(await looked('ann', 'home', 'wrong'), true)
    assert.equal(await looked('ann', 'home', 'right'), false)
    for (let count = 0; count < 20; count++) assert.equal(await looked(`name${count}`, 'home', 'wrong'), true)
  })

  it('is known for that name only', async () => {
    const { looked } = annsAccount()
    await looked('ann', 'home', 'right')
    for (let count = 0; count < 100; count++) await looked('bob', `address ${count}`, 'wrong')
    assert.equal(await looked('bob', 'home', 'wrong'), false)
  })

  it('is forgotten after the 30 days, which begin anew with each sign-in', async () => {
    const { clock, looked } = annsAccount()
    const attack = async () => {
      for (let count = 0; count < 100; count++) await looked('ann', `address ${count}`, 'wrong')
    }
    await looked('ann', 'home', 'right')
    clock.advance(29 * days)
    await looked('ann', 'home', 'right')
    clock.advance(30 * days - 1)
    await attack()
    assert.equal(await looked('ann', 'home', 'wrong'), true)
    clock.advance(1)
    assert.equal(await looked('ann', 'home', 'right'), false)
  })

  it('gives way to newer ones once there are too many', async () => {
    const { looked } = annsAccount()
    for (let count = 0; count <= 32; count++) await looked('ann', `home ${count}`, 'right')
    for (let count = 0; count < 100; count++) await looked('ann', `address ${count}`, 'wrong')
    assert.equal(await looked('ann', 'home 0', 'right'), false)
    assert.equal(await looked('ann', 'home 1', 'right'), true)
  })
})

/** All that can go on without time passing has gone on. */
function turn(): Promise<void> {
  return new Promise(setImmediate)
}

/** Ann's password is `right`. */
function annsAccount() {
  const clock = new VirtualClock()
  const ann: Account = { name: named('Ann'), hash: 'plain:right', version: 7 }
  const accounts = new Map([[keyOf(ann.name), ann]])
  const passwords = new CountedPasswords()
  const find = (name: Account['name']) => accounts.get(keyOf(name))
  const proofs = new PasswordProofs({ accounts: { find }, passwords, clock, limits: defaultSettings.passwords })

  const prove = (name: string | null, address: string, password: string) =>
    proofs.prove({ name: name === null ? null : named(name), password, address })
  /** Whether the password was looked at. */
  const looked = async (name: string | null, address: string, password: string) => {
    const before = passwords.looks
    const proving = prove(name, address, password)
    await turn()
    if (passwords.looks === before) clock.advance(3_000)
    await proving
    return passwords.looks > before
  }
  return { accounts, clock, passwords, prove, looked }
}

class CountedPasswords extends PlainPasswords {
  looks = 0
  broken = false
  #held: Promise<void> | null = null
  #release: () => void = () => {}

  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve))
  }

  release(): void {
    this.#held = null
    this.#release()
  }

  override async verify(hash: string | null, password: string): Promise<boolean> {
    this.looks++
    if (this.broken) throw new Error('broken')
    await this.#held
    return super.verify(hash, password)
  }
}
