import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, parseGroupName, type GroupName } from '../src/names.ts'
import type { GroupRecord, Store } from '../src/ports/store.ts'
import { done, fail, ok } from '../src/result.ts'
import { named } from './named.ts'
import type { WithStore } from './store-suite.ts'

const ample = { perPair: 100, perRecipient: 200 }
const [alice, bob, carol] = [named('Alice'), named('bob'), named('Carol')]
const cats = { name: group('Cats'), banned: new Set<never>() }
const dogs = { name: group('dogs'), banned: new Set<never>() }

export function groupTests(withStore: WithStore): void {
  /** Alice, bob and Carol have accounts. */
  const withGroups = (body: (store: Store) => Promise<void>): Promise<void> =>
    withStore(ample, async (store) => {
      for (const name of [alice, bob, carol]) assert.deepEqual(await store.accounts.add({ name, hash: 'h' }), done)
      await body(store)
    })

  test('a group comes to be with its first member, and members are read in the order of joining', () =>
    withGroups(async ({ groups }) => {
      assert.deepEqual(await groups.list(), ok([]))
      assert.deepEqual(await groups.find(keyOf(cats.name)), ok(null))
      for (const name of [carol, alice, bob, carol]) assert.deepEqual(await groups.join(cats, keyOf(name)), done)
      const record: GroupRecord = { name: cats.name, members: [carol, alice, bob], banned: [] }
      assert.deepEqual(await groups.find(keyOf(group('cATS'))), ok(record))
      assert.deepEqual(await groups.list(), ok([record]))
    }))

  test('groups are listed in the order in which they came to be, each in the case it was made with', () =>
    withGroups(async ({ groups }) => {
      for (const name of [dogs.name, cats.name, group('CATS'), group('ants')])
        await groups.join({ name, banned: new Set() }, keyOf(alice))
      assert.deepEqual(await namesOf(groups), ['dogs', 'Cats', 'ants'])
    }))

  test('a guest is never a member, and makes no group', () =>
    withGroups(async ({ groups }) => {
      assert.deepEqual(await groups.join(cats, keyOf(named('guest'))), fail('no-such-account'))
      assert.deepEqual(await groups.list(), ok([]))
    }))

  test('who left is out and may come again, as the last; what is not there is passed over', () =>
    withGroups(async ({ groups }) => {
      for (const name of [alice, bob]) await groups.join(cats, keyOf(name))
      assert.deepEqual(await groups.leave(keyOf(cats.name), keyOf(alice)), done)
      assert.deepEqual(await groups.leave(keyOf(cats.name), keyOf(carol)), done)
      assert.deepEqual(await groups.leave(keyOf(dogs.name), keyOf(bob)), done)
      assert.deepEqual(await membersOf(groups), [bob])
      await groups.join(cats, keyOf(alice))
      assert.deepEqual(await membersOf(groups), [bob, alice])
    }))

  test('who is banned is out, also one who was no member or has no account, and is banned once', () =>
    withGroups(async ({ groups }) => {
      for (const name of [alice, bob]) await groups.join(cats, keyOf(name))
      for (const name of ['bob', 'Guest', 'bob']) await groups.ban(keyOf(cats.name), keyOf(named(name)))
      assert.deepEqual(await groups.ban(keyOf(dogs.name), keyOf(bob)), done)
      const found = await groups.find(keyOf(cats.name))
      assert.ok(found.ok)
      assert.deepEqual(found.value?.members, [alice])
      assert.deepEqual(found.value.banned.toSorted(), ['bob', 'guest'])
      assert.deepEqual(await groups.find(keyOf(dogs.name)), ok(null))
    }))

  test('a group that comes to be with bans has them, and one that is there keeps its own', () =>
    withGroups(async ({ groups }) => {
      const banned = new Set([keyOf(named('eve')), keyOf(bob)])
      await groups.join({ ...cats, banned }, keyOf(alice))
      await groups.join(cats, keyOf(carol))
      const found = await groups.find(keyOf(cats.name))
      assert.ok(found.ok)
      assert.deepEqual(found.value?.banned.toSorted(), ['bob', 'eve'])
    }))

  test('the last member takes the group and its bans along, whether it leaves, is banned or loses its account', () =>
    withGroups(async ({ groups, accounts }) => {
      const ends = [
        () => groups.leave(keyOf(cats.name), keyOf(alice)),
        () => groups.ban(keyOf(cats.name), keyOf(alice)),
        () => accounts.remove(keyOf(alice)),
      ]
      for (const end of ends) {
        await groups.join(cats, keyOf(alice))
        await groups.ban(keyOf(cats.name), keyOf(bob))
        assert.deepEqual(await end(), done)
        assert.deepEqual(await groups.list(), ok([]))
      }
      await groups.join(cats, keyOf(carol))
      assert.deepEqual(await groups.list(), ok([{ name: cats.name, members: [carol], banned: [] }]))
    }))

  test('memberships go with their account and do not come back with the name; the others stay, bans stay', () =>
    withGroups(async ({ groups, accounts }) => {
      for (const name of [alice, bob]) await groups.join(cats, keyOf(name))
      await groups.join(dogs, keyOf(bob))
      await groups.ban(keyOf(dogs.name), keyOf(alice))
      await accounts.remove(keyOf(alice))
      await accounts.add({ name: alice, hash: 'h' })
      assert.deepEqual(
        await groups.list(),
        ok([
          { name: cats.name, members: [bob], banned: [] },
          { name: dogs.name, members: [bob], banned: [keyOf(alice)] },
        ]),
      )
    }))

  test('the number of removals grows with every account that is removed, and with nothing else', () =>
    withGroups(async ({ accounts }) => {
      const seen = [await accounts.removals()]
      await accounts.remove(keyOf(alice))
      seen.push(await accounts.removals())
      await accounts.remove(keyOf(alice))
      await accounts.add({ name: alice, hash: 'h' })
      await accounts.setHash(keyOf(alice), 'h2')
      seen.push(await accounts.removals())
      await accounts.remove(keyOf(alice))
      seen.push(await accounts.removals())
      const counts = seen.map((each) => (each.ok ? each.value : NaN))
      assert.deepEqual(
        counts.map((count) => count - counts[0]!),
        [0, 1, 1, 2],
      )
    }))

  test('changes of groups take effect in the order they were asked for, without waiting for their answers', () =>
    withGroups(async ({ groups }) => {
      await Promise.all([
        groups.join(cats, keyOf(bob)),
        groups.join(cats, keyOf(alice)),
        groups.leave(keyOf(cats.name), keyOf(bob)),
        groups.join(cats, keyOf(bob)),
        groups.ban(keyOf(cats.name), keyOf(alice)),
        groups.join(cats, keyOf(carol)),
      ])
      assert.deepEqual(await membersOf(groups), [bob, carol])
    }))
}

function group(text: string): GroupName {
  const name = parseGroupName(text)
  assert.ok(name.ok, `${text} is no group name`)
  return name.value
}

async function namesOf(groups: Store['groups']): Promise<string[]> {
  const listed = await groups.list()
  assert.ok(listed.ok)
  return listed.value.map(({ name }) => name)
}

/** Of the cats. */
async function membersOf(groups: Store['groups']): Promise<readonly string[]> {
  const found = await groups.find(keyOf(cats.name))
  assert.ok(found.ok && found.value)
  return found.value.members
}
