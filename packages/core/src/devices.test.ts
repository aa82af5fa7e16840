import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { forget, TestCommunity } from '../testing/test-community.ts'

const ann = named('ann')
const hour = 3_600_000

/** Ann, by her password alone and on a device that she has added. */
function withDevice() {
  const t = new TestCommunity()
  const holder = t.enterRegistered('ann', { exclusive: false })
  const adder = t.enterRegistered('ann', { exclusive: false })
  const added = adder.do({ do: 'device.add', label: 'laptop', hash: 'H' })
  assert.ok(added.ok)
  const enter = () => t.enter('ann', { exclusive: false, version: t.versionOf('ann'), device: added.value.id })
  return { t, holder, adder, id: added.value.id, enter }
}

describe('devices', () => {
  it('are added, found by the hash of their token, and listed in the order of adding', () => {
    const { t, holder, id } = withDevice()
    holder.do({ do: 'device.add', label: 'phone', hash: 'H2' })
    const { devices } = t.community
    assert.deepEqual(
      devices.of(ann).map(({ label }) => label),
      ['laptop', 'phone'],
    )
    assert.equal(devices.byHash(named('ANN'), 'H')?.id, id)
    assert.deepEqual([devices.byHash(ann, 'other'), devices.byHash(named('bob'), 'H')], [undefined, undefined])
    assert.deepEqual(t.store.state.devices, devices.of(ann))
  })

  it('are for those who have an account, and no more than 32 of each', () => {
    const { t, holder } = withDevice()
    const add = { do: 'device.add', label: 'one more', hash: 'H' } as const
    assert.equal(t.enter('guest').why(add), 'not-registered')
    const outcomes = Array.from({ length: 32 }, () => holder.why(add))
    assert.deepEqual([outcomes.filter((each) => each === 'ok').length, outcomes.at(-1)], [31, 'too-many-devices'])
  })

  it('sign in by their token until it is revoked, which ends their connections and no other', () => {
    const { t, holder, id, enter } = withDevice()
    const device = enter()
    const other = t.enter('bob')
    forget(device)
    assert.equal(other.why({ do: 'device.remove', id }), 'no-such-device')
    assert.equal(holder.why({ do: 'device.remove', id }), 'ok')
    assert.deepEqual(
      [device.heard(), holder.heard().includes('ended account-changed')],
      [['ended account-changed'], false],
    )
    assert.equal(t.community.users.connection(device.id), undefined)
    assert.equal(t.mayEnter('ann', { exclusive: false, version: t.versionOf('ann'), device: id }), 'name-taken')
    assert.equal(holder.why({ do: 'device.remove', id }), 'no-such-device')
  })

  it('end the connection that was given their token, too', () => {
    const { t, holder, adder, id } = withDevice()
    forget(adder)
    assert.equal(holder.why({ do: 'device.remove', id }), 'ok')
    assert.deepEqual([adder.heard(), t.community.users.find(ann)?.connections.length], [['ended account-changed'], 1])
  })

  it('can be removed while a full disk takes nothing else', () => {
    const { t, holder, id } = withDevice()
    t.writable = false
    assert.equal(holder.why({ do: 'device.remove', id }), 'unavailable')
    t.removable = true
    assert.equal(holder.why({ do: 'device.add', label: 'phone', hash: 'H2' }), 'unavailable')
    assert.equal(holder.why({ do: 'device.remove', id }), 'ok')
  })

  it('end with the password and with the account', () => {
    for (const command of [
      { do: 'account.password', name: ann, hash: 'new' },
      { do: 'account.remove', name: ann },
    ] as const) {
      const { t, enter } = withDevice()
      const device = enter()
      t.do(command)
      assert.deepEqual([device.heard(), t.community.devices.of(ann)], [['ended account-changed'], []])
      assert.deepEqual(t.store.state.devices, [])
    }
  })

  it('remember when they were used last, to the hour', () => {
    const { t, id, enter } = withDevice()
    const start = t.now
    const seen = () => t.community.devices.find(ann, id)!.seenAt - start
    t.now += hour - 1
    enter().leave()
    assert.equal(seen(), 0)
    t.now += 1
    enter().leave()
    assert.deepEqual([seen(), t.store.state.devices[0]?.seenAt], [hour, start + hour])
  })

  it('are durable, and unavailable where the store takes nothing', () => {
    const { t, holder, id } = withDevice()
    assert.equal(t.last?.durable, true)
    t.writable = false
    assert.equal(holder.why({ do: 'device.add', label: 'phone', hash: 'H' }), 'unavailable')
    assert.equal(holder.why({ do: 'device.remove', id }), 'unavailable')
    const restarted = new TestCommunity({}, t.store)
    assert.deepEqual(restarted.community.devices.of(ann), t.community.devices.of(ann))
  })
})
