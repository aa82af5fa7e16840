import { GroupKeys, MemoryTrust, SessionMemory, sealingKeys } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { KnownTrust } from './known-trust.ts'
import { LyingServer } from './lying-server.ts'
import { alarms, community, knowing } from './sealed-community.ts'

/** A frame of the server, as far as it matters here. */
interface Frame {
  readonly [member: string]: unknown
  readonly re?: number | undefined
  readonly event?: string
  readonly from?: string
  readonly user?: string
  readonly seq?: number
  readonly sealed?: { readonly message: string; readonly sessionKey: null } | undefined
  readonly groups?: readonly { readonly members?: readonly string[] | undefined }[]
}

describe('a server of parley that lies to a member of a sealed group', () => {
  it('and forges a message in the name of another, with the key of a third', async (t) => {
    const { ann, bob, changing, keysOf, said } = await group(t)
    const [anns, bobs, cems] = [await keysOf('ann'), await keysOf('bob'), await keysOf('cem')]
    const forger = new GroupKeys({ name: 'ann', keys: cems }, new SessionMemory(new MemoryTrust()), Date.now)
    const members = [
      { name: 'ann', publicKey: anns.publicKey },
      { name: 'bob', publicKey: bobs.publicKey },
    ]
    let message = ''
    await forger.send('cooks', members, 'I am ann', async (sealed) => {
      message = sealed
      return []
    })
    changing((frame) => [isSealed(frame) ? { ...frame, sealed: { message, sessionKey: null } } : frame])
    await ann.chat.groups.say('cooks', 'good morning')
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(said(), ['salt'])
  })

  it('and changes a message', async (t) => {
    const { ann, bob, changing, said } = await group(t)
    changing((frame) => {
      if (!isSealed(frame)) return [frame]
      const { message } = frame.sealed!
      const at = message.length - 120
      const changed = `${message.slice(0, at)}${message[at] === 'A' ? 'B' : 'A'}${message.slice(at + 1)}`
      return [{ ...frame, sealed: { message: changed, sessionKey: null } }]
    })
    await ann.chat.groups.say('cooks', 'two spoons, not three')
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(said(), ['salt'])
  })

  it('and changes the order, leaves a message out, or tells one twice', async (t) => {
    const { ann, bob, changing, said, told } = await group(t)
    let kept: Frame | undefined
    changing((frame) => {
      if (!isSealed(frame)) return [frame]
      if (kept)
        return [
          { ...kept, sealed: frame.sealed },
          { ...frame, sealed: kept.sealed },
        ]
      kept = frame
      return []
    })
    for (const text of ['one', 'two']) await ann.chat.groups.say('cooks', text)
    await bob.hears('group-message ann cooks one sealed')
    assert.deepEqual(
      [said().slice(1), told()],
      [
        ['two', 'one'],
        ['missing', 'late'],
      ],
    )
    let left = 1
    changing((frame) => (isSealed(frame) && left-- > 0 ? [] : [frame]))
    for (const text of ['left out', 'and on']) await ann.chat.groups.say('cooks', text)
    await bob.hears('group-message ann cooks and on sealed')
    assert.deepEqual(told().slice(2), ['missing'])
    changing((frame) => [frame, ...(isSealed(frame) ? [{ ...frame, seq: frame.seq! + 1 }] : [])])
    await ann.chat.groups.say('cooks', 'pepper')
    await bob.hears('seal-alarm ann replayed')
    assert.deepEqual([said().at(-1), told().slice(3)], ['pepper', ['replayed']])
  })

  it('and hides a member from one of the others', async (t) => {
    const { ann, bob, cem, changing, told } = await group(t)
    changing((frame) => {
      if (frame.user === 'cem' && frame.event === 'group-joined') return []
      const groups = frame.groups?.map((each) => ({ ...each, members: each.members?.filter((user) => user !== 'cem') }))
      return [{ ...frame, ...(groups && { groups }) }]
    })
    await cem.chat.groups.join('cooks')
    await knowing(ann)
    assert.equal(await ann.chat.groups.say('cooks', 'the three of us'), 'sealed')
    await bob.hears('group-message ann cooks the three of us sealed')
    assert.deepEqual(told(), ['members'])
    assert.match(alarms(bob).join('\n'), /for other members of cooks than the server names/)
  })

  it('and says that somebody cannot read it: nothing goes plain that was sealed before', async (t) => {
    const { ann, bob, changing, lying } = await group(t)
    changing((frame) => {
      if (frame['kept'] === undefined || frame.re === undefined) return [frame]
      return [{ re: frame.re, ok: false, error: 'members-unreached', message: 'none', unreached: ['ann'] }]
    })
    await assert.rejects(bob.chat.groups.say('cooks', 'secret'), { code: 'not-sealable', message: /ann/ })
    await bob.chat.close()
    changing((frame) => [
      frame.user === 'ann' && frame['key'] !== undefined
        ? { re: frame.re, ok: false, error: 'no-key', message: 'none' }
        : frame,
    ])
    const back = await lying.open()
    await assert.rejects(back.chat.groups.say('cooks', 'secret'), { code: 'not-sealable', message: /^ann has no key/ })
    assert.ok(!lying.server.saidByClient.some((line) => line.includes('secret"') && line.includes('"text"')))
    assert.deepEqual(alarms(ann), [])
  })

  it('and writes plain in the name of another: that it is plain is shown', async (t) => {
    const { ann, bob, changing, said } = await group(t)
    changing(({ sealed, ...frame }) => [
      sealed && frame.event ? { ...frame, text: 'I am ann' } : { ...frame, ...(sealed && { sealed }) },
    ])
    await ann.chat.groups.say('cooks', 'good morning')
    await bob.hears('group-message cooks ann I am ann plain')
    assert.deepEqual(said(), ['salt'])
  })
})

/** `ann` and `cem` are told the truth, `bob` is not. Something was sealed in `cooks`, which `bob` read. */
async function group(t: TestContext) {
  const { open, server, trustOf } = await community(t)
  const lying = await LyingServer.before(server.port('parley'))
  t.after(() => lying.stop())
  const trust = new KnownTrust(await trustOf('bob'))
  const openThere = () => open('bob', { trust }, 'parley', lying.port)
  const [ann, bob, cem] = [await open('ann'), await openThere(), await open('cem')]
  await ann.chat.groups.create('cooks')
  await bob.chat.groups.join('cooks')
  await knowing(ann, bob)
  assert.equal(await ann.chat.groups.say('cooks', 'salt'), 'sealed')
  await bob.hears('group-message ann cooks salt sealed')
  return {
    ann,
    bob,
    cem,
    lying: { server: lying, open: openThere },
    keysOf: async (name: string) => {
      const keys = sealingKeys(await (await trustOf(name)).identity())
      assert.ok(keys)
      return keys
    },
    changing: (change: (frame: Frame) => readonly Frame[]) => {
      lying.changes = (line) => change(JSON.parse(line) as Frame).map((frame) => JSON.stringify(frame))
    },
    said: () => bob.heard.flatMap((line) => /^group-message ann cooks (.*) sealed$/.exec(line)?.[1] ?? []),
    told: () => bob.heard.flatMap((line) => /^seal-alarm ann (\S+)/.exec(line)?.[1] ?? []),
  }
}

function isSealed({ event, from, sealed }: Frame): boolean {
  return event === 'message' && from === 'ann' && sealed !== undefined
}
