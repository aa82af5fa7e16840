import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { TestCommunity, type TestUser } from '../testing/test-community.ts'

const patience = 10_000

/** Somebody whose protocol has this name and gives keys when they are asked for. */
function enter(t: TestCommunity, name: string, protocol = name): TestUser {
  return t.enter(name, { sealing: { keys: 'requested', protocol, keyForm: 'line', messageForm: 'line' } })
}

/** Somebody who gives the key unasked and holds everybody's. */
function pushed(t: TestCommunity, name: string): TestUser {
  return t.enter(name, { sealing: { keys: 'pushed', protocol: 'pushed', keyForm: 'line', messageForm: 'line' } })
}

function news(user: TestUser): string[] {
  return user.heard().filter((line) => !line.startsWith('user-'))
}

const request = (who: TestUser, to: string, correlationId: string | null = null) =>
  who.why({ do: 'key.request', to: named(to), correlationId })
const publish = (who: TestUser, key: string, by: string | null = null, correlationId: string | null = null) =>
  who.why({ do: 'key.publish', key, answering: by === null ? null : { by, correlationId } })

describe('a request for a public key', () => {
  it('is refused for the first reason that holds', () => {
    const t = new TestCommunity()
    const ann = enter(t, 'ann')
    t.enter('plain')
    for (const [to, why] of [
      ['nobody', 'no-such-user'],
      ['ANN', 'to-yourself'],
      ['plain', 'no-key'],
    ] as const) {
      assert.equal(request(ann, to), why)
    }
  })

  it('has its answer at once where the key is known, and nobody else hears of it', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [pushed(t, 'ann'), enter(t, 'bob'), enter(t, 'cas')]
    publish(ann, 'A')
    assert.equal(request(bob, 'ANN', '7'), 'ok')
    assert.deepEqual(news(bob), ['key-requested ann null', 'public-key bob ann A 7'])
    assert.deepEqual(news(cas), ['key-requested ann null'])
  })

  it('is made once, and several wait for one answer, each with a correlation id of its own', () => {
    const t = new TestCommunity()
    const [ann, bob, jon] = [enter(t, 'ann'), enter(t, 'bob'), enter(t, 'jon')]
    request(ann, 'jon', '1')
    request(bob, 'jon', '2')
    request(ann, 'jon', '3')
    assert.deepEqual(news(jon), ['key-requested ann null'])
    publish(jon, 'J', 'ann', 'whatever')
    assert.deepEqual(news(ann), ['public-key ann jon J 1', 'public-key ann jon J 3'])
    assert.deepEqual(news(bob), ['public-key bob jon J 2'])
    assert.equal(t.community.wakeAt, null)
  })

  it('waits 10 s, counted from the first one, and is refused at once afterwards until a key comes', () => {
    const t = new TestCommunity()
    const [ann, bob, jon] = [enter(t, 'ann'), enter(t, 'bob'), enter(t, 'jon')]
    request(ann, 'jon')
    t.pass(patience - 1)
    request(bob, 'jon')
    assert.deepEqual([news(ann), news(bob)], [[], []])
    t.pass(1)
    assert.deepEqual([news(ann), news(bob)], [['key-missing jon null no-key'], ['key-missing jon null no-key']])
    assert.equal(request(bob, 'jon'), 'no-key')
    publish(jon, 'J')
    assert.equal(request(bob, 'jon'), 'ok')
    assert.deepEqual([news(ann), news(bob)], [[], ['public-key bob jon J null']])
  })

  it('is passed on each time between two of one protocol, and each answer goes to its own request alone', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [enter(t, 'ann', 'same'), enter(t, 'bob', 'same'), enter(t, 'cas', 'same')]
    publish(bob, 'B')
    request(ann, 'bob', '1')
    request(ann, 'bob', '2')
    request(cas, 'bob', '1')
    assert.deepEqual(news(bob), ['key-requested ann 1', 'key-requested ann 2', 'key-requested cas 1'])
    publish(bob, 'B', 'Ann', '2')
    publish(bob, 'B', 'ann', '2')
    publish(bob, 'B', 'ann', '9')
    assert.deepEqual([news(ann), news(cas)], [['public-key ann bob B 2'], []])
    t.pass(patience)
    assert.deepEqual([news(ann), news(cas)], [['key-missing bob 1 no-key'], ['key-missing bob 1 no-key']])
  })

  it('that nobody answered marks a user without a key, and one with a key not', () => {
    for (const [key, outcome] of [
      [null, 'no-key'],
      ['B', 'ok'],
    ] as const) {
      const t = new TestCommunity()
      const [ann, bob, other] = [enter(t, 'ann', 'same'), enter(t, 'bob', 'same'), enter(t, 'other')]
      if (key !== null) publish(bob, key)
      request(ann, 'bob')
      t.pass(patience)
      assert.equal(request(other, 'bob'), outcome)
    }
  })

  it('is answered by no-key where the asker cannot be told the key that came', () => {
    const t = new TestCommunity()
    const [ann, jon] = [enter(t, 'ann'), enter(t, 'jon')]
    request(ann, 'jon', '1')
    publish(jon, 'two\nlines')
    assert.deepEqual(news(ann), ['key-missing jon 1 no-key'])
  })

  it('ends when the one who was asked leaves, once, and nothing is left to fall due', () => {
    const t = new TestCommunity()
    const [ann, jon] = [enter(t, 'ann'), enter(t, 'jon')]
    request(ann, 'jon', '1')
    jon.leave()
    assert.deepEqual([news(ann), t.community.wakeAt], [['key-missing jon 1 no-such-user'], null])
    const next = enter(t, 'jon')
    t.pass(60_000)
    assert.deepEqual([news(ann), news(next)], [[], []])
    assert.deepEqual([request(ann, 'jon'), news(next)], ['ok', ['key-requested ann null']])
  })

  it('ends when the asker leaves, goes on for others, and tells nothing to who took the name', () => {
    const t = new TestCommunity()
    const [ann, bob, jon] = [enter(t, 'ann'), enter(t, 'bob'), enter(t, 'jon')]
    request(ann, 'jon')
    request(bob, 'jon')
    ann.leave()
    const next = enter(t, 'ann')
    publish(jon, 'J', 'ann')
    t.pass(60_000)
    assert.deepEqual([news(next), news(bob)], [[], ['public-key bob jon J null']])
  })

  it('is one of at most 64 of a connection that wait for an answer', () => {
    const t = new TestCommunity()
    const [ann, bob, cas] = [enter(t, 'ann', 'same'), enter(t, 'bob', 'same'), enter(t, 'cas', 'same')]
    for (let id = 0; id < 64; id++) assert.equal(request(ann, 'bob', `${id}`), 'ok')
    assert.deepEqual([request(ann, 'bob'), request(ann, 'cas')], ['too-many-messages', 'too-many-messages'])
    assert.equal(request(cas, 'bob'), 'ok', 'others have places of their own')
    publish(bob, 'B', 'ann', '9')
    assert.deepEqual([request(ann, 'bob'), request(ann, 'bob')], ['ok', 'too-many-messages'])
    t.pass(patience)
    assert.equal(request(ann, 'bob'), 'ok')
  })
})
