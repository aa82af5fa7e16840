import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GroupKeys } from './group-keys.ts'
import { groupBlob, openGroupSession } from './group-message.ts'
import { newKeyPair, type KeyPair } from './hpke.ts'
import type { Reader } from './parley-2.ts'
import { messagesPerSession, sessionMs } from './peer-sessions.ts'
import { SessionMemory } from './session-memory.ts'
import { MemoryTrust } from './trust.ts'

const group = 'Cooks'

describe('sealed messages in a group', () => {
  it('are opened by every member and by every device of one, and the key goes with the first of them alone', async () => {
    const { ann, bob, cem, members } = await people()
    const sealed = [await said(ann, members, 'one'), await said(ann, members, 'two')]
    const again = user('ann', ann.keys)
    for (const listener of [bob, cem, again]) {
      for (const [at, text] of ['one', 'two'].entries()) {
        assert.deepEqual(await listener.groups.open('COOKS', ann.reader, [members], sealed[at]!), opened(text))
      }
    }
    assert.ok(sealed[1]!.length < sealed[0]!.length / 3)
  })

  it('are under another key as soon as somebody is not a member any more, or another one is', async () => {
    const { ann, bob, cem, members } = await people()
    const before = await said(ann, members, 'all of us')
    const left = [ann.reader, bob.reader]
    const after = await said(ann, left, 'without cem')
    assert.deepEqual(await bob.groups.open(group, ann.reader, [members], before), opened('all of us'))
    assert.deepEqual(await bob.groups.open(group, ann.reader, [left], after), opened('without cem'))
    assert.deepEqual(await cem.groups.open(group, ann.reader, [members], before), opened('all of us'))
    assert.equal((await cem.groups.open(group, ann.reader, [left], after)).ok, false)
  })

  it('say that they are sealed for others than those who are known, such as somebody whom the server made up', async () => {
    const { ann, bob, members } = await people()
    const ghost = user('ghost', await newKeyPair())
    const sealed = await said(ann, [...members, ghost.reader], 'just us?')
    const heard = await bob.groups.open(group, ann.reader, [members], sealed)
    assert.deepEqual(heard, { ...opened('just us?'), isForTheseMembers: false })
  })

  it('do not keep a reader busy with parts that claim to be for that reader', async () => {
    const { ann, bob, members } = await people()
    const bytes = Buffer.from(await said(ann, members, 'one'), 'base64')
    const { parts } = groupBlob(bytes.toString('base64'))!
    const own = parts.find((part) => part.subarray(0, 4).every((byte, at) => byte === bob.keys.publicKey[at]))!
    const bad = Uint8Array.from(own, (byte, at) => (at < 4 ? byte : byte ^ 1))
    const me = { name: 'bob', keys: bob.keys }
    const opens = async (strange: number) => {
      const all = [...Array.from({ length: strange }, () => bad), own]
      return (await openGroupSession(group, ann.reader, me, all)) !== null
    }
    assert.deepEqual([await opens(0), await opens(3), await opens(4)], [true, true, false])
  })

  it('are of the member who is said to have written them: no other member, no server can', async () => {
    const { ann, bob, cem, members } = await people()
    const one = await said(ann, members, 'one')
    const two = await said(ann, members, 'two')
    assert.deepEqual(await bob.groups.open(group, ann.reader, [members], one), opened('one'))
    assert.equal(alarmOf(await bob.groups.open(group, cem.reader, [members], one)), 'forged', 'in the name of cem')
    const bytes = Buffer.from(two, 'base64')
    for (const at of [20, bytes.length - 70, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      assert.equal(alarmOf(await bob.groups.open(group, ann.reader, [members], changed.toString('base64'))), 'forged')
    }
    assert.deepEqual(
      await bob.groups.open(group, ann.reader, [members], two),
      opened('two'),
      'nothing was spoilt by that',
    )
    const mine = await said(ann, members, 'three')
    assert.equal((await bob.groups.open('bakers', ann.reader, [members], mine)).ok, false, 'in another group')
  })

  it('are noticed when they come twice, late or not at all', async () => {
    const { ann, bob, members } = await people()
    const sealed = []
    for (const text of ['0', '1', '2', '3']) sealed.push(await said(ann, members, text))
    const [zero = '', one = '', , three = ''] = sealed
    const open = (text: string) => bob.groups.open(group, ann.reader, [members], text)
    await open(zero)
    assert.equal(alarmOf(await open(zero)), 'replayed')
    assert.equal(alarmOf(await open(three)), 'missing')
    assert.equal(alarmOf(await open(one)), 'late')
  })

  it('are under a new key after many messages, after an hour, and after one that was not taken', async () => {
    const { ann, bob, members } = await people()
    let keys = 0
    const say = async (text: string) => {
      const sealed = await said(ann, members, text)
      if (sealed.length > 500) keys++
      assert.deepEqual(await bob.groups.open(group, ann.reader, [members], sealed), opened(text))
    }
    for (let count = 0; count <= messagesPerSession; count++) await say(String(count))
    assert.equal(keys, 2)
    now += sessionMs
    await say('an hour later')
    assert.equal(keys, 3)
    const lost = ann.groups.send(group, members, 'lost', () => Promise.reject(new Error('refused')))
    await assert.rejects(lost, /refused/)
    await say('taken')
    assert.equal(keys, 4)
  })

  it('cannot be opened without their key, and are nothing else than what they are', async () => {
    const { ann, bob, members } = await people()
    await said(ann, members, 'missed')
    const second = await said(ann, members, 'second')
    const heard = await bob.groups.open(group, ann.reader, [members], second)
    assert.deepEqual(heard, { ok: false, reason: 'the key under which ann writes did not come' })
    ann.groups.renew(group)
    assert.equal((await bob.groups.open(group, ann.reader, [members], await said(ann, members, 'anew'))).ok, true)
    for (const text of ['', 'hello', 'AwAA', Buffer.alloc(200, 3).toString('base64')]) {
      assert.deepEqual(await bob.groups.open(group, ann.reader, [members], text), {
        ok: false,
        reason: 'it is no sealed message of a group',
      })
    }
    const keyless = [...members, { name: 'dan', publicKey: new Uint8Array(32) }]
    assert.equal(await ann.groups.send(group, keyless, 'hello', async () => assert.fail('sent')), null)
  })
})

let now = 1_800_000_000_000

const opened = (text: string) => ({ ok: true, text, isForTheseMembers: true })

function alarmOf(heard: Awaited<ReturnType<GroupKeys['open']>>): string | undefined {
  return heard.ok ? heard.suspicion?.alarm : heard.alarm
}

async function said(from: User, members: readonly Reader[], text: string): Promise<string> {
  let sent = ''
  const transmit = async (sealed: string) => {
    sent = sealed
    return ['somebody']
  }
  assert.deepEqual(await from.groups.send(group, members, text, transmit), ['somebody'])
  return sent
}

type User = ReturnType<typeof user>

function user(name: string, keys: KeyPair) {
  const groups = new GroupKeys({ name, keys }, new SessionMemory(new MemoryTrust()), () => now)
  return { keys, reader: { name, publicKey: keys.publicKey }, groups }
}

async function people() {
  const [ann, bob, cem] = [
    user('ann', await newKeyPair()),
    user('bob', await newKeyPair()),
    user('cem', await newKeyPair()),
  ]
  return { ann, bob, cem, members: [ann.reader, bob.reader, cem.reader] }
}
