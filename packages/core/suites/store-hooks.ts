import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyone } from '../src/conversation.ts'
import type { Hook, HookCalls } from '../src/writes.ts'
import { named } from './named.ts'
import type { WithStore } from './store-driver.ts'

export function hookTests(withStore: WithStore): void {
  const posts: Hook = { id: 5, name: named('Robot'), hash: 'h', to: everyone, calls: null }
  const hears: HookCalls = {
    url: 'https://example.org/',
    secret: 's',
    of: [everyone],
    delivered: 3,
    failingSince: null,
    isOff: false,
  }
  const called: Hook = { id: 3, name: named('ci'), hash: 'h2', to: null, calls: hears }

  test('hooks are kept with all that they have, by their ids, until they are removed', () =>
    withStore(async (driver) => {
      await driver.commit({ write: 'hook.put', hook: posts }, { write: 'hook.put', hook: called })
      assert.deepEqual((await driver.load()).hooks, [called, posts])
      const failing = { ...called, calls: { ...hears, delivered: 9, failingSince: 1_700_000_000_000, isOff: true } }
      await driver.commit({ write: 'hook.put', hook: failing })
      assert.deepEqual((await driver.load()).hooks, [failing, posts])
      await driver.commit({ write: 'hook.remove', id: 5 }, { write: 'hook.remove', id: 6 })
      assert.deepEqual((await driver.load()).hooks, [failing])
    }))
}
