import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named, said } from '../testing/names.ts'
import { TestCommunity, type TestUser } from '../testing/test-community.ts'
import type { MailboxLimits } from './settings.ts'

const ample: MailboxLimits = { perPair: 100, perRecipient: 100, bytes: 1_000, guestShare: 1 / 4 }

/** A community in which bob has a mailbox. */
function withBob(limits: Partial<MailboxLimits> = {}): TestCommunity {
  const t = new TestCommunity({ mailbox: { ...ample, ...limits } })
  t.register('bob')
  return t
}

function tell(from: TestUser, text = 'x'): string {
  return from.why({ do: 'tell', to: named('bob'), text: said(text) })
}

function idsOf(t: TestCommunity): number[] {
  return t.store.messages.map(({ id }) => id)
}

describe('a mailbox', () => {
  it('keeps messages in the order of arrival, each with an id of its own', () => {
    const t = withBob()
    const [ann, cas] = [t.enter('ann'), t.enterRegistered('cas')]
    for (const [from, text] of [
      [ann, 'one'],
      [cas, 'two'],
      [ann, 'three'],
    ] as const) {
      tell(from, text)
    }
    assert.deepEqual(
      t.store.messages.map(({ from, guest, text }) => [from, guest, text]),
      [
        ['ann', true, 'one'],
        ['cas', false, 'two'],
        ['ann', true, 'three'],
      ],
    )
    assert.deepEqual(
      idsOf(t),
      idsOf(t).toSorted((one, other) => one - other),
    )
    assert.equal(t.community.mailboxes.waiting(named('BOB')), 3)
  })

  it('loses a message when its user acknowledges it, durably, and no other', () => {
    const t = withBob()
    const ann = t.enter('ann')
    for (const text of ['one', 'two', 'three']) tell(ann, text)
    const bob = t.enterRegistered('bob')
    const [one, two, three] = idsOf(t)
    assert.equal(bob.why({ do: 'mailbox.acknowledge', ids: [two!, two!, 999, three!] }), 'ok')
    assert.equal(t.last?.durable, true)
    assert.deepEqual(idsOf(t), [one])
    assert.equal(t.community.mailboxes.waiting(named('bob')), 1)
    assert.equal(bob.why({ do: 'mailbox.acknowledge', ids: [two!] }), 'ok')
    assert.deepEqual(t.last?.writes, [])
  })

  it('is emptied by nobody but its user, and not while the store takes nothing', () => {
    const t = withBob()
    tell(t.enter('ann'))
    const ids = idsOf(t)
    const [eve, cas, bob] = [t.enter('eve'), t.enterRegistered('cas'), t.enterRegistered('bob')]
    assert.deepEqual(
      [eve, cas].map((each) => each.why({ do: 'mailbox.acknowledge', ids })),
      ['gone', 'ok'],
    )
    t.writable = false
    assert.equal(bob.why({ do: 'mailbox.acknowledge', ids }), 'unavailable')
    assert.equal(t.community.mailboxes.waiting(named('bob')), 1)
    t.removable = true
    assert.equal(tell(t.enter('dot')), 'unavailable')
    assert.equal(bob.why({ do: 'mailbox.acknowledge', ids }), 'ok')
    assert.equal(t.community.mailboxes.waiting(named('bob')), 0)
    bob.leave()
    assert.equal(bob.why({ do: 'mailbox.acknowledge', ids }), 'gone')
  })

  it('goes with its account, and the next one of the name has none of it', () => {
    const t = withBob()
    tell(t.enter('ann'))
    t.do({ do: 'account.remove', name: named('bob') })
    t.register('bob')
    const arrived = t.enterRegistered('bob')
    assert.deepEqual([t.community.mailboxes.waiting(arrived.name), t.store.messages], [0, []])
  })

  it('stays through a change of the password', () => {
    const t = withBob()
    tell(t.enter('ann'))
    t.do({ do: 'account.password', name: named('bob'), hash: 'second' })
    assert.equal(t.community.mailboxes.waiting(named('bob')), 1)
  })

  it('loses what an account sent that is removed, and nothing that guests or others sent', () => {
    const t = withBob()
    const guest = t.enter('cas')
    tell(guest, 'by a guest')
    guest.leave()
    const [cas, dora] = [t.enterRegistered('cas'), t.enterRegistered('dora')]
    for (const [from, text] of [
      [cas, 'one'],
      [dora, 'by another'],
      [cas, 'two'],
    ] as const) {
      tell(from, text)
    }
    assert.equal(dora.why({ do: 'tell', to: named('cas'), text: said('to it') }), 'ok')
    assert.equal(t.why({ do: 'account.remove', name: named('cas') }), 'ok')
    const left = t.store.messages.map(({ to, from, text }) => [to, from, text])
    assert.deepEqual(left, [
      ['bob', 'cas', 'by a guest'],
      ['bob', 'dora', 'by another'],
    ])
    assert.deepEqual(t.community.mailboxes.ids(named('bob')), idsOf(t))
    const { mailboxes } = new TestCommunity({}, t.store).community
    assert.deepEqual(mailboxes.save(), t.community.mailboxes.save())
  })
})

describe('a mailbox that is full (X-5)', () => {
  const two = { perPair: 2, guestShare: 1 }
  const three = { perRecipient: 3, guestShare: 1 }
  const ten = { bytes: 10, guestShare: 1 }
  const quarterOfEight = { perRecipient: 8, guestShare: 1 / 4 }
  const quarterOfTen = { perRecipient: 10, guestShare: 1 / 4 }
  const quarterOf40 = { bytes: 40, guestShare: 1 / 4 }
  const cases: readonly (readonly [string, Partial<MailboxLimits>, readonly (readonly [string, string, string])[]])[] =
    [
      [
        'by one sender, takes what others write',
        two,
        [
          ['guest', 'x', 'ok'],
          ['guest', 'x', 'ok'],
          ['guest', 'x', 'mailbox-full'],
          ['other', 'x', 'ok'],
        ],
      ],
      [
        'of messages, takes none of anybody',
        three,
        [
          ['guest', 'x', 'ok'],
          ['other', 'x', 'ok'],
          ['member', 'x', 'ok'],
          ['member', 'x', 'mailbox-full'],
          ['other', 'x', 'mailbox-full'],
        ],
      ],
      [
        'of what guests may take, at most a quarter of ten',
        quarterOfTen,
        [
          ['guest', 'x', 'ok'],
          ['guest', 'x', 'ok'],
          ['guest', 'x', 'mailbox-full'],
          ['member', 'x', 'ok'],
        ],
      ],
      [
        'of bytes, takes what still fits',
        ten,
        [
          ['member', '1234567', 'ok'],
          ['member', 'é€', 'mailbox-full'],
          ['member', '123', 'ok'],
          ['guest', 'x', 'mailbox-full'],
        ],
      ],
      ['at the first message, where that is too long', ten, [['member', '12345678901', 'mailbox-full']]],
      [
        'of guests, takes what registered users write',
        quarterOfEight,
        [
          ['guest', 'x', 'ok'],
          ['other', 'x', 'ok'],
          ['guest', 'x', 'mailbox-full'],
          ['other', 'x', 'mailbox-full'],
          ['member', 'x', 'ok'],
        ],
      ],
      [
        'of the bytes of guests, takes what registered users write',
        quarterOf40,
        [
          ['guest', '1234567890', 'ok'],
          ['other', 'x', 'mailbox-full'],
          ['member', '12345678901', 'ok'],
        ],
      ],
      [
        'at the first message of a guest, where that is longer than the share',
        quarterOf40,
        [
          ['guest', '12345678901', 'mailbox-full'],
          ['guest', '1234567890', 'ok'],
        ],
      ],
    ]
  for (const [what, limits, messages] of cases) {
    it(what, () => {
      const t = withBob(limits)
      const senders = { guest: t.enter('guest'), other: t.enter('other'), member: t.enterRegistered('member') }
      for (const [from, text, outcome] of messages) {
        assert.equal(tell(senders[from as keyof typeof senders], text), outcome, `${from}: ${text}`)
      }
    })
  }

  it('has room again for what was acknowledged, of each kind', () => {
    const t = withBob({ perPair: 1, perRecipient: 4, bytes: 8, guestShare: 1 / 4 })
    const [guest, bob] = [t.enter('guest'), t.enterRegistered('bob')]
    for (let round = 0; round < 20; round++) {
      assert.equal(tell(guest, 'xx'), 'ok')
      assert.equal(tell(guest), 'mailbox-full')
      bob.do({ do: 'mailbox.acknowledge', ids: idsOf(t) })
    }
  })

  it('is as full after a restart', () => {
    const mailbox = { ...ample, bytes: 40, guestShare: 1 / 4 }
    const t = withBob(mailbox)
    const [guest, member] = [t.enter('guest'), t.enterRegistered('member')]
    for (const each of [guest, member]) assert.equal(tell(each, 'ééééé'), 'ok')
    const again = new TestCommunity({ mailbox }, t.store)
    const [guestAgain, memberAgain] = [again.enter('guest'), again.enterRegistered('member')]
    assert.equal(tell(guestAgain), 'mailbox-full')
    assert.deepEqual([tell(memberAgain, 'x'.repeat(21)), tell(memberAgain, 'x'.repeat(20))], ['mailbox-full', 'ok'])
  })
})
