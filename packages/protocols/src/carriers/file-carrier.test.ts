import { MemoryLink } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addresses,
  bracketed,
  bring,
  dashed,
  hello,
  outcomeOf,
  settled,
  Transfers,
} from '../../suites/file-transfers.ts'

describe('a carrier of files', () => {
  it('knows transfers by tickets, each of which is one transfer’s as long as it lasts', async () => {
    const transfers = new Transfers(bracketed, bracketed)
    const { carrier, id } = transfers
    const second = transfers.offer(hello)
    assert.equal(carrier.issue('oak', id), true)
    assert.equal(carrier.issue('oak', second), false)
    assert.equal(carrier.withTicket('oak'), carrier.find(id))
    assert.equal(carrier.issue('ash', second), true)
    carrier.withdraw('ash')
    assert.equal(carrier.withTicket('ash'), undefined)
    const own = carrier.issueNew(second)
    assert.equal(own && carrier.withTicket(own), carrier.find(second))
    assert.equal(transfers.bob.why({ do: 'file.refuse', transfer: second }), 'ok')
    for (const event of transfers.people.carried.splice(0)) carrier.hear(event)
    await settled()
    assert.equal(own && carrier.withTicket(own), undefined)
    assert.deepEqual(
      [carrier.find(second), carrier.issue('ash', second), carrier.issueNew(second)],
      [undefined, false, null],
    )
  })

  it('gives each share a quarter of the spool, for all its files, and guests together half (X-7, X-8)', async () => {
    const transfers = new Transfers(bracketed, dashed, { quota: 40 })
    const files = { method: 'bracketed', offered: 'at-once' } as const
    const [eve, cas] = ['eve', 'cas'].map((share) => transfers.people.enter(share, { share, files }))
    const dan = transfers.people.enterRegistered('dan', { share: 'dan', files })
    assert.ok(eve && cas)
    const spooled = async (from: typeof eve, body: string, address: string) => {
      const carriage = transfers.accept(transfers.offer(hello, from))
      const { link } = bring(carriage, bracketed, new MemoryLink(), address)
      link.say(body)
      return outcomeOf(carriage)
    }
    assert.equal(await spooled(transfers.ann, 'hello', addresses.ann), undefined)
    assert.equal(await spooled(transfers.ann, 'hell', addresses.ann), undefined)
    assert.equal(await spooled(transfers.ann, 'lo', addresses.ann), 'spool-full')
    assert.equal(await spooled(eve, '0123456789', '192.0.2.1'), undefined)
    assert.equal(await spooled(transfers.ann, 'o', addresses.ann), undefined)
    assert.equal(await spooled(cas, 'o', '192.0.2.1'), 'spool-full', 'guests have half')
    assert.equal(await spooled(dan, '0123456789', '192.0.2.1'), undefined)
  })
})
