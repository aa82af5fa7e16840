import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Audience, deliverTo } from './audience.ts'
import type { ChatEvent } from './events.ts'
import { EachMember } from './memory/channel.ts'
import { MemorySubscriber } from './memory/subscriber.ts'
import { parseUserName } from './names.ts'
import type { Wire } from './ports/channel.ts'

const ann = parseUserName('ann')
assert.ok(ann.ok)
const joined: ChatEvent = { kind: 'user-joined', user: ann.value }

describe('audience', () => {
  it('encodes an event once per wire, however many listen on however many channels', () => {
    const [one, two] = [new CountingWire('one'), new CountingWire('two')]
    const audience = new Audience()
    const [first, second] = [new EachMember(one), new EachMember(one)]
    const ears = [first, first, second, new EachMember(two)].map((channel) => new MemorySubscriber(channel))
    for (const ear of ears) audience.add(ear)
    audience.publish(joined, [])
    assert.deepEqual([one.encoded, two.encoded], [1, 1])
    assert.deepEqual(
      ears.map((ear) => ear.heard),
      [['one'], ['one'], ['one'], ['two']],
    )
  })

  it('still reaches those on other channels when the last of one has left', () => {
    const audience = new Audience()
    const ears = ['one', 'two'].map((name) => new MemorySubscriber(new EachMember(new CountingWire(name))))
    for (const ear of ears) audience.add(ear)
    audience.remove(ears[0]!)
    audience.publish(joined, [])
    assert.deepEqual(
      ears.map((ear) => ear.heard),
      [[], ['two']],
    )
  })

  it('asks no wire that nobody listens on any more', () => {
    const wire = new CountingWire('one')
    const audience = new Audience()
    const ear = new MemorySubscriber(new EachMember(wire))
    audience.add(ear)
    audience.remove(ear)
    audience.publish(joined, [])
    assert.equal(wire.encoded, 0)
    audience.add(ear)
    audience.publish(joined, [])
    assert.deepEqual(ear.heard, ['one'])
  })

  it('passes over those who are excepted and asks a wire without words once', () => {
    const [one, mute] = [new CountingWire('one'), new CountingWire(null)]
    const audience = new Audience()
    const channel = new EachMember(one)
    const ears = [channel, channel, new EachMember(mute), new EachMember(mute)].map(
      (each) => new MemorySubscriber(each),
    )
    for (const ear of ears) audience.add(ear)
    audience.publish(joined, [ears[0]!, ears[2]!])
    assert.deepEqual(
      ears.map((ear) => ear.heard),
      [[], ['one'], [], []],
    )
    assert.equal(mute.encoded, 1)
  })
})

describe('deliverTo', () => {
  it('counts those who are open and have words, and encodes once per wire', () => {
    const [one, mute] = [new CountingWire('one'), new CountingWire(null)]
    const channel = new EachMember(one)
    const ears = [channel, channel, channel, new EachMember(mute)].map((each) => new MemorySubscriber(each))
    ears[1]!.end()
    assert.equal(deliverTo(ears, joined), 2)
    assert.deepEqual([one.encoded, mute.encoded], [1, 1])
    assert.deepEqual(
      ears.map((ear) => ear.heard),
      [['one'], [], ['one'], []],
    )
  })
})

class CountingWire implements Wire {
  readonly name: string
  readonly #says: string | null
  encoded = 0

  constructor(says: string | null) {
    this.name = says ?? 'mute'
    this.#says = says
  }

  encode(): Uint8Array | null {
    this.encoded++
    return this.#says === null ? null : new TextEncoder().encode(this.#says)
  }
}
