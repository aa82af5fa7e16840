import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Parley2Vectors } from '../../suites/parley-2-vectors.ts'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { ChatEvents } from '../events.ts'
import type { SealedGroups } from '../features.ts'
import type { History, KeptMessage } from '../history.ts'
import { Unreached } from '../unreached.ts'
import { GroupKeys } from './group-keys.ts'
import { GroupProtection } from './group-protection.ts'
import { GroupSealing } from './group-sealing.ts'
import { sealingKeys } from './identity.ts'
import type { Reader } from './parley-2.ts'
import { SessionMemory } from './session-memory.ts'
import { MemoryTrust } from './trust.ts'

/** Key pairs that are there already: to make one takes long. */
const { from, to }: Parley2Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/parley-2.json', import.meta.url), 'utf8'),
)
const [anns, bobs] = [sealingKeys(from.identity)!, sealingKeys(to.identity)!]
const bob: Reader = { name: 'bob', publicKey: bobs.publicKey }

describe('what ann seals for a group', () => {
  it('is asked for by one question for each key, also where a server tells only so many a second', async () => {
    let refusals = 3
    const { sealing, asked, said } = scene({
      members: [['ann', 'bob']],
      reader: async () => {
        if (refusals-- > 0) throw new ChatError('too-many-messages', 'slowly')
        return bob
      },
    })
    assert.deepEqual(await Promise.all([sealing.send('cooks', 'a', false), sealing.send('cooks', 'b', false)]), [
      true,
      true,
    ])
    assert.equal(said.length, 2)
    assert.deepEqual(asked, ['bob', 'bob', 'bob', 'bob'])
  })

  it('is plain where a key does not come in time, and nobody is asked for it again at once', async () => {
    const { sealing, asked, told } = scene({ members: [['ann', 'bob']], reader: () => new Promise(() => {}) })
    for (const text of ['a', 'b']) assert.equal(await sealing.send('cooks', text, false), false)
    assert.deepEqual(asked, ['bob'])
    sealing.forget('Bob')
    assert.equal(await sealing.send('cooks', 'c', false), false)
    assert.deepEqual(asked, ['bob', 'bob'])
    assert.deepEqual(told, [{ group: 'cooks', isSealed: false, without: ['bob'] }])
  })

  it('is not plain where a key is known and does not come', async () => {
    const { sealing, said } = scene({
      members: [['ann', 'bob']],
      pinned: to.identity.publicKey,
      reader: async () => {
        throw new ChatError('not-sealable', 'no key')
      },
    })
    await assert.rejects(sealing.send('cooks', 'a', false), { code: 'not-sealable', message: /^bob has no key/ })
    assert.deepEqual(said, [])
  })

  it('is plain in a group that is too large, and rejected where that was sealed before', async () => {
    const members = ['ann', ...Array.from({ length: 300 }, (_, at) => `user${at}`)]
    const { sealing, asked, told, trust } = scene({ members: [members] })
    assert.equal(await sealing.send('cooks', 'a', false), false)
    assert.deepEqual([asked, told], [[], [{ group: 'cooks', isSealed: false, without: [] }]])
    await trust.pin('host:1', '#cooks', 'sealed')
    await assert.rejects(sealing.send('cooks', 'b', false), { code: 'not-sealable', message: /more than 300 members/ })
  })

  it('is sent to nobody by whom the server does not call a member', async () => {
    for (const members of [[], [[]], [['bob', 'cem']]]) {
      await assert.rejects(scene({ members }).sealing.send('cooks', 'a', true), { code: 'refused' })
    }
  })

  it('is plain where the server says that it does not reach everybody, but for where it was sealed before', async () => {
    const { sealing, told, trust } = scene({ members: [['ann', 'bob']], unreached: ['bob'] })
    assert.equal(await sealing.send('cooks', 'a', false), false)
    assert.deepEqual(told, [{ group: 'cooks', isSealed: false, without: ['bob'] }])
    await assert.rejects(sealing.send('cooks', 'b', true), { code: 'not-sealable' })
    await trust.pin('host:1', '#cooks', 'sealed')
    await assert.rejects(sealing.send('cooks', 'b', false), { code: 'not-sealable' })
  })
})

describe('the key of a session that began before', () => {
  it('is looked for in vain only so often, for each member and minute', async () => {
    const { sealing, pages, pass } = scene({ members: [['ann', 'bob']] })
    const open = async () => {
      const message = await strange()
      return sealing.hear({ group: 'cooks', from: 'bob', message, seq: 1_000, isPast: false })
    }
    for (let at = 0; at < 20; at++) assert.equal((await open()).ok, false)
    assert.equal(pages.length, 8)
    pass(60_001)
    await open()
    assert.equal(pages.length, 9)
  })
})

/** The second message of a session whose first one nobody has. */
async function strange(): Promise<string> {
  const keys = new GroupKeys({ name: 'bob', keys: bobs }, new SessionMemory(new MemoryTrust()), () => 1)
  const said: string[] = []
  const ann = { name: 'ann', publicKey: anns.publicKey }
  for (const text of ['a', 'b']) {
    await keys.send('cooks', [ann, bob], text, async (sealed) => {
      said.push(sealed)
      return []
    })
  }
  return said[1]!
}

interface Scene {
  readonly members: readonly (readonly string[])[]
  readonly reader?: (user: string) => Promise<Reader | null>
  readonly pinned?: string
  readonly unreached?: readonly string[]
}

function scene({ members, reader = async () => bob, pinned, unreached = [] }: Scene) {
  let now = 1_800_000_000_000
  const asked: string[] = []
  const said: string[] = []
  const pages: string[] = []
  const told: ChatEvents['group-protection'][] = []
  const trust = new MemoryTrust()
  const writer = { name: 'ann', keys: anns }
  const wire: SealedGroups = {
    memberLists: async () => members,
    say: async (_group, message) => {
      if (unreached.length > 0) throw new Unreached(unreached)
      said.push(message)
      return []
    },
  }
  const history: Pick<History<KeptMessage>, 'page'> = {
    page: async (of) => {
      pages.push(of)
      return { messages: [], more: { before: false, after: false } }
    },
  }
  // Waiting is over at once.
  const clock: Clock = {
    after: (_ms, run) => {
      const timer = setImmediate(run)
      return () => clearImmediate(timer)
    },
  }
  const sealing = new GroupSealing({
    keys: new GroupKeys(writer, new SessionMemory(trust), () => now),
    conversations: {
      writer,
      pinned: async () => pinned ?? null,
      reader: async (user) => {
        asked.push(user)
        return reader(user)
      },
    },
    trust,
    server: 'host:1',
    wire,
    clock,
    now: () => now,
    protection: new GroupProtection((what) => void told.push(what)),
    history,
  })
  return { sealing, asked, said, pages, told, trust, pass: (ms: number) => void (now += ms) }
}
