import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '@parley/client'
import { FakeChat } from './fake-chat.ts'
import { Notifications, titleOf } from './notifications.ts'
import { defaultScreenSettings, type NotificationSettings } from './screen-settings.ts'

function notified(settings: Partial<NotificationSettings> = {}) {
  const fake = new FakeChat()
  const written: string[] = []
  let isLookedAt = true
  let pause = () => {}
  const clock: Clock = { after: (_: number, run: () => void) => ((pause = run), () => {}) }
  const notifications = new Notifications({
    model: fake.model,
    clock,
    settings: { ...defaultScreenSettings.notifications, ...settings },
    highlights: () => ['alice', 'on call'],
    isLookedAt: () => isLookedAt,
    write: (sequence) => written.push(sequence),
  })
  return {
    model: fake.model,
    /** What was written since, and the pause is over. */
    news: () => {
      pause()
      return written.splice(0).join('')
    },
    lookAway: () => (isLookedAt = false),
    close: () => notifications.close(),
  }
}

test('one is told of one’s name and of private messages, where one does not look, without their text', () => {
  const { model, news, lookAway } = notified()
  model.broadcast('bob', 'hello alice')
  assert.equal(news(), '', 'it is read')
  model.groupSaid('cooks', 'bob', 'salt')
  assert.equal(news(), '', 'nobody is meant')
  model.groupSaid('cooks', 'bob', 'Alice, salt?')
  assert.equal(
    news(),
    '\u0007\u001b]9;bob said your name in cooks\u0007\u001b]777;notify;parley;bob said your name in cooks\u0007',
  )
  model.told('bob', 'a secret', 'sealed')
  assert.match(news(), /bob wrote to you\u0007/)
  model.told('bob', 'mine', 'sealed', { mine: true })
  assert.equal(news(), '')
  lookAway()
  model.broadcast('bob', 'alice?')
  assert.match(news(), /bob said your name to everybody/)
  model.groupSaid('cooks', 'bob', 'who is ON CALL?')
  assert.match(news(), /bob said "on call" in cooks\u0007/)
  model.groupSaid('cooks', 'bob', 'calling on callers')
  assert.equal(news(), '')
})

test('a flood rings once', () => {
  const { model, news } = notified()
  for (let i = 0; i < 100; i++) model.told('bob', `${i}`, 'plain')
  assert.equal(news().split('\u001b]9;').length, 2)
  model.told('bob', 'again', 'plain')
  assert.match(news(), /\u0007/)
})

test('what is told of, and how, can be set; and nothing that others wrote ends a sequence early', () => {
  const text = notified({ text: true, about: ['everybody'], bell: false })
  text.lookAway()
  text.model.broadcast('b;ob', 'x\u0007\u001b]2;owned\u0007\ny')
  assert.equal(
    text.news(),
    '\u001b]9;b;ob wrote to everybody: x]2;owned y\u0007\u001b]777;notify;parley;b,ob wrote to everybody: x]2,owned y\u0007',
  )
  const silent = notified({ bell: false, desktop: false })
  silent.model.told('bob', 'psst', 'plain')
  assert.equal(silent.news(), '')
})

test('the title counts what is unread', () => {
  assert.equal(titleOf(0, false, 'everybody'), '\u001b]2;parley · everybody\u0007')
  assert.equal(titleOf(3, true, '@b\u0007ob'), '\u001b]2;(!3) parley · @bob\u0007')
})
