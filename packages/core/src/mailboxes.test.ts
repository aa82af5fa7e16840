import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answered, MemoryCommunity, type Guest } from './memory/community.ts'
import type { Store } from './ports/store.ts'

const unlimited = { messageRate: null }

describe('mailboxes', () => {
  it('have a letter durable before its sender hears that it was taken', async () => {
    let release = () => {}
    const disk = new Promise<void>((resolve) => (release = resolve))
    const { community, ann, bob } = await annAndBob({}, (store) => ({
      ...store,
      mailboxes: { ...store.mailboxes, put: (...args) => disk.then(() => store.mailboxes.put(...args)) },
    }))
    let taken = false
    const telling = community.core.talk.tell(ann.presence, 'bob', 'hi').then(() => (taken = true))
    await answered()
    assert.deepEqual([taken, bob.ear.heard], [false, []])
    release()
    await telling
    await answered()
    assert.deepEqual(bob.ear.heard, ['private-message ann bob hi'])
  })

  it('deliver a letter at once and forget it when it was received', async () => {
    const { community, ann, bob } = await annAndBob()
    await community.core.talk.tell(ann.presence, 'bob', 'hi')
    await answered()
    assert.deepEqual(bob.ear.heard, ['private-message ann bob hi'])
    assert.equal(await waiting(community, bob), 1)
    bob.ear.receive()
    await answered()
    assert.equal(await waiting(community, bob), 0)
  })

  it('deliver a letter again at the next sign-in when it was not received, and not when it was', async () => {
    const { community, ann, bob } = await annAndBob()
    await tellAll(community, ann, ['one'])
    bob.ear.receive()
    await tellAll(community, ann, ['two'])
    community.leave(bob)
    const again = await community.join('bob', { password: 'secret12' })
    await answered()
    assert.deepEqual(again.ear.heard, ['private-message ann bob two'])
  })

  it('are for the account of that time: not for a guest of the name, nor for who held the account before', async () => {
    const community = new MemoryCommunity(unlimited)
    const ann = await community.join('ann')
    const guest = await community.join('bob')
    await community.core.accounts.add('bob', 'first')
    await community.core.talk.tell(ann.presence, 'bob', 'for the holder')
    await answered()
    assert.deepEqual(guest.ear.heard, [])
    community.core.users.signOut(guest.presence)

    const before = await community.join('bob', { password: 'first' })
    await answered()
    assert.deepEqual(before.ear.heard, ['private-message ann bob for the holder'])
    await community.core.accounts.remove('bob')
    await community.core.accounts.add('bob', 'second')
    await community.core.talk.tell(ann.presence, 'bob', 'for the new holder')
    await answered()
    assert.equal(before.ear.heard.length, 1)
    assert.deepEqual(await community.core.mailboxes.next(before.presence), { ok: true, value: null })
  })

  it('deliver in the order of arrival, over sign-ins and more than a page', async () => {
    const { community, ann, bob } = await annAndBob(unlimited)
    community.leave(bob)
    const texts = Array.from({ length: 250 }, (_, index) => `letter ${index}`)
    await tellAll(community, ann, texts)
    const back = await community.join('bob', { password: 'secret12' })
    await tellAll(community, ann, ['last'])
    assert.deepEqual(
      back.ear.heard,
      [...texts, 'last'].map((text) => `private-message ann bob ${text}`),
    )
  })

  it('serve two connections of one user each letter once', async () => {
    const { community, ann, bob } = await annAndBob()
    const second = await community.join('bob', { guests: false, exclusive: false, password: 'secret12' })
    await tellAll(community, ann, ['one', 'two'])
    const both = ['private-message ann bob one', 'private-message ann bob two']
    assert.deepEqual([bob.ear.heard, second.ear.heard], [both, both])
    second.ear.receive()
    await answered()
    assert.equal(await waiting(community, bob), 0)
  })

  it('keep letters from a connection that has no words for them', async () => {
    const { community, ann, bob } = await annAndBob()
    community.leave(bob)
    const mute = await community.join('bob', { password: 'secret12' }, community.ear('mute'))
    await tellAll(community, ann, ['hi'])
    mute.ear.receive()
    await answered()
    community.leave(mute)
    const back = await community.join('bob', { password: 'secret12' })
    await answered()
    assert.deepEqual(back.ear.heard, ['private-message ann bob hi'])
  })

  it('are read letter by letter and emptied by hand where a protocol fetches', async () => {
    const { community, ann, bob } = await annAndBob()
    community.leave(bob)
    await tellAll(community, ann, ['one', 'two'])
    const { presence } = await community.join('bob', { password: 'secret12' }, community.ear('mute'))
    const { mailboxes } = community.core
    const first = await mailboxes.next(presence)
    assert.ok(first.ok && first.value)
    assert.deepEqual([first.value.from, first.value.text, first.value.at], ['ann', 'one', community.clock.now()])
    const second = await mailboxes.next(presence, first.value.id)
    assert.ok(second.ok && second.value)
    assert.equal(second.value.text, 'two')
    assert.deepEqual(await mailboxes.next(presence, second.value.id), { ok: true, value: null })
    await mailboxes.acknowledge(presence, first.value.id)
    assert.deepEqual(await mailboxes.next(presence), second)
  })

  it('take no more than their limits from one sender and from all', async () => {
    const { community, ann, bob } = await annAndBob({ mailbox: { perPair: 2, perRecipient: 3 } })
    community.leave(bob)
    const cas = await community.join('cas')
    const tell = (from: Guest) => community.core.talk.tell(from.presence, 'bob', 'x')
    const full = { ok: false, fail: 'mailbox-full' }
    assert.equal((await tell(ann)).ok, true)
    assert.equal((await tell(ann)).ok, true)
    assert.deepEqual(await tell(ann), full)
    assert.equal((await tell(cas)).ok, true)
    assert.deepEqual(await tell(cas), full)
  })

  it('tell the sender when the store cannot keep a letter, and deliver none that it does not have', async () => {
    const { community, ann, bob } = await annAndBob({}, (store) => ({
      ...store,
      mailboxes: { ...store.mailboxes, put: async () => ({ ok: false, fail: 'store-unavailable' }) },
    }))
    const told = await community.core.talk.tell(ann.presence, 'bob', 'hi')
    await answered()
    assert.deepEqual(told, { ok: false, fail: 'store-unavailable' })
    assert.deepEqual(bob.ear.heard, [])
  })

  it('try again with the next letter when they could not be read', async () => {
    let broken = false
    const { community, ann, bob } = await annAndBob({}, (store) => ({
      ...store,
      mailboxes: {
        ...store.mailboxes,
        after: async (...args) => (broken ? { ok: false, fail: 'store-unavailable' } : store.mailboxes.after(...args)),
      },
    }))
    broken = true
    await tellAll(community, ann, ['one'])
    assert.deepEqual(bob.ear.heard, [])
    broken = false
    await tellAll(community, ann, ['two'])
    assert.deepEqual(bob.ear.heard, ['private-message ann bob one', 'private-message ann bob two'])
  })

  it('deliver what comes while they are being read', async () => {
    let release = () => {}
    const disk = new Promise<void>((resolve) => (release = resolve))
    const { community, ann, bob } = await annAndBob({}, (store) => ({
      ...store,
      mailboxes: {
        ...store.mailboxes,
        after: async (...args) => {
          const letters = await store.mailboxes.after(...args)
          await disk
          return letters
        },
      },
    }))
    await tellAll(community, ann, ['one', 'two'])
    assert.deepEqual(bob.ear.heard, [])
    release()
    await answered()
    assert.deepEqual(bob.ear.heard, ['private-message ann bob one', 'private-message ann bob two'])
  })

  it('hand a slow reader no more than it can hold, and the rest as it receives', async () => {
    const { community, ann, bob } = await annAndBob(unlimited)
    community.leave(bob)
    const text = 'x'.repeat(60_000)
    await tellAll(
      community,
      ann,
      Array.from({ length: 120 }, () => text),
    )
    const back = await community.join('bob', { password: 'secret12' })
    await answered()
    assert.equal(back.ear.heard.length, 3)
    for (let rounds = 0; rounds < 39; rounds++) {
      back.ear.receive()
      await answered()
    }
    assert.equal(back.ear.heard.length, 120)
    back.ear.receive()
    await answered()
    assert.equal(await waiting(community, back), 0)
  })

  it('deliver nothing to a connection that has signed out while its letters were read', async () => {
    let release = () => {}
    const disk = new Promise<void>((resolve) => (release = resolve))
    const { community, ann, bob } = await annAndBob({}, (store) => ({
      ...store,
      mailboxes: { ...store.mailboxes, after: (...args) => disk.then(() => store.mailboxes.after(...args)) },
    }))
    community.leave(bob)
    await tellAll(community, ann, ['for bob only'])
    const ear = community.ear()
    const back = await community.join('bob', { password: 'secret12' }, ear)
    community.core.users.signOut(back.presence)
    await community.join('cas', {}, ear)
    release()
    await answered()
    assert.deepEqual(ear.heard, [])
  })
})

async function annAndBob(settings = {}, wrapStore?: (store: Store) => Store) {
  const community = new MemoryCommunity(settings, wrapStore)
  await community.core.accounts.add('bob', 'secret12')
  const bob = await community.join('bob', { password: 'secret12' })
  const ann = await community.join('ann')
  bob.ear.heard.length = 0
  return { community, ann, bob }
}

async function tellAll(community: MemoryCommunity, from: Guest, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const told = await community.core.talk.tell(from.presence, 'bob', text)
    assert.ok(told.ok)
  }
  await answered()
}

async function waiting({ core }: MemoryCommunity, { presence }: Guest): Promise<number> {
  let count = 0
  for (let after = 0; ; count++) {
    const letter = await core.mailboxes.next(presence, after)
    assert.ok(letter.ok)
    if (!letter.value) return count
    after = letter.value.id
  }
}
