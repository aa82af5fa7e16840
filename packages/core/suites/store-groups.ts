import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../src/names.ts'
import { named } from './named.ts'
import type { StoreDriver, WithStore } from './store-driver.ts'
import { ban, group, groupOf, join, leave, noGroup } from './store-writes.ts'

export function groupTests(withStore: WithStore): void {
  test('groups are loaded in the order in which they came to be, members in the order of joining, bans in theirs', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('dogs', 'zoe', 'eve'), join('dogs', 'Zed'))
      await driver.commit(groupOf('Cats'), ...['Carol', 'alice', 'Bob'].map((name) => join('CATS', name)))
      await driver.commit(groupOf('ants'), join('ants', 'Bob'), ban('DOGS', 'ann'))
      assert.deepEqual((await driver.load()).groups, [
        { name: 'dogs', members: ['Zed'], banned: ['zoe', 'eve', 'ann'] },
        { name: 'Cats', members: ['Carol', 'alice', 'Bob'], banned: [] },
        { name: 'ants', members: ['Bob'], banned: [] },
      ])
    }))

  test('a member who is made the first one is that, whatever is carried out twice', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('Cats'), ...['ann', 'Bob', 'cas'].map((name) => join('Cats', name)))
      for (const name of ['cas', 'bob', 'bob', 'nobody']) {
        await driver.commit({ write: 'group.admin', group: keyOf(group('cats')), member: keyOf(named(name)) })
      }
      assert.deepEqual((await driver.load()).groups, [{ name: 'Cats', members: ['Bob', 'cas', 'ann'], banned: [] }])
    }))

  test('a group that is put again stays as it is', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('Cats', 'eve'), join('Cats', 'Bob'))
      await driver.commit(groupOf('CATS', 'zoe'))
      assert.deepEqual((await driver.load()).groups, [{ name: 'Cats', members: ['Bob'], banned: ['eve'] }])
    }))

  test('who joins again keeps the old place, who left and joins again is the last', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('Cats'), ...['ann', 'Bob', 'ANN'].map((name) => join('Cats', name)))
      assert.deepEqual(await membersOf(driver), ['ann', 'Bob'])
      await driver.commit(leave('cats', 'Ann'), join('Cats', 'ANN'))
      assert.deepEqual(await membersOf(driver), ['Bob', 'ANN'])
    }))

  test('to leave what one is not in, or what is not there, changes nothing', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('Cats'), join('Cats', 'ann'))
      await driver.commit(leave('Cats', 'Bob'), leave('dogs', 'ann'), noGroup('dogs'))
      assert.deepEqual(await membersOf(driver), ['ann'])
    }))

  test('a user is banned once, member or not, and a ban takes nobody out', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('Cats'), join('Cats', 'ann'), join('Cats', 'Bob'))
      await driver.commit(ban('Cats', 'Bob'), ban('Cats', 'eve'), ban('cats', 'BOB'))
      assert.deepEqual((await driver.load()).groups, [
        { name: 'Cats', members: ['ann', 'Bob'], banned: ['bob', 'eve'] },
      ])
    }))

  test('a group that is removed takes its members and bans along, and comes anew as the last', () =>
    withStore(async (driver) => {
      await driver.commit(groupOf('Cats', 'eve'), join('Cats', 'ann'), groupOf('dogs'), join('dogs', 'ann'))
      await driver.commit(leave('Cats', 'ann'), noGroup('CATS'))
      await driver.commit(groupOf('cats'), join('cats', 'Bob'))
      assert.deepEqual((await driver.load()).groups, [
        { name: 'dogs', members: ['ann'], banned: [] },
        { name: 'cats', members: ['Bob'], banned: [] },
      ])
    }))
}

/** Of the cats. */
async function membersOf(driver: StoreDriver): Promise<readonly string[]> {
  const { groups } = await driver.load()
  return groups.find(({ name }) => name === 'Cats')?.members ?? []
}
