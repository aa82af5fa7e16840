import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FakeChat } from './fake-chat.ts'
import { frameOf, helpScrolled, scrolled } from './frame.ts'
import { actions, type Action } from './bindings.ts'
import { ScreenState } from './screen-state.ts'
import { widthOfRow } from './text-rows.ts'

const presses = Object.keys(actions) as Action[]
const text = fc.string({ unit: 'binary', maxLength: 40 })
const name = fc.oneof(fc.constantFrom('bob', 'Bob', 'alice', 'two words', ''), text)

type Step = (fake: FakeChat, state: ScreenState) => void

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(...presses).map(
    (press): Step =>
      (_, state) =>
        state.perform(press),
  ),
  fc.oneof(text, fc.constantFrom('s', 'a', 'd', '/ms', '/help')).map(
    (typed): Step =>
      (_, state) =>
        state.type(typed),
  ),
  text.map(
    (pasted): Step =>
      (_, state) =>
        state.paste(`${pasted}\n${pasted}`),
  ),
  fc.tuple(name, text).map(
    ([from, said]): Step =>
      ({ model }) =>
        model.broadcast(from, said),
  ),
  fc.tuple(name, text).map(
    ([from, said]): Step =>
      ({ model }) =>
        model.told(from, said, 'weak'),
  ),
  fc.tuple(name, text).map(
    ([group, said]): Step =>
      ({ model }) =>
        model.groupSaid(group, null, said),
  ),
  fc.tuple(name, text).map(
    ([from, file]): Step =>
      (fake) =>
        void fake.offer(from, file),
  ),
  name.map(
    (user): Step =>
      (fake) =>
        fake.tell('key-changed', { user, safetyNumber: '1 2 3' }),
  ),
  fc.array(name).map(
    (users): Step =>
      ({ model }) =>
        model.roster.list(users),
  ),
  fc.tuple(name, fc.nat(9)).map(([user, bytes]): Step => ({ model }) => {
    model.transfers.begin({ direction: 'sending', user, name: user, size: 9 }).progress(bytes)
  }),
)

test('whatever is pressed and whatever others send, the frame is exactly as large as the screen', () => {
  const size = fc.record({ columns: fc.integer({ min: 1, max: 130 }), rows: fc.integer({ min: 1, max: 40 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(size, { minLength: 1, maxLength: 3 }), (steps, sizes) => {
      const fake = new FakeChat()
      let now = sizes[0]!
      const state: ScreenState = new ScreenState(fake.view, {
        leave: () => {},
        scroll: (place, by) => scrolled(fake.view.view, state, now, place, by),
        scrollHelp: (top, by) => helpScrolled(fake.view.view, state, now, top, by),
      })
      for (const [i, run] of steps.entries()) {
        now = sizes[i % sizes.length]!
        run(fake, state)
        const { rows, cursor } = frameOf(fake.view.view, state, now)
        assert.equal(rows.length, now.rows)
        for (const row of rows) assert.equal(widthOfRow(row), now.columns, JSON.stringify(row))
        assert.ok(!cursor || (cursor.x < now.columns && cursor.y < now.rows))
      }
      fake.view.close()
    }),
    { numRuns: 150 },
  )
})

test('whoever cannot be written to by name is not written to as somebody else', () => {
  const fake = new FakeChat()
  fake.model.told('bob and', 'hi', 'plain')
  fake.view.open('@bob and')
  fake.view.enter('secret')
  assert.deepEqual(fake.said, [])
  assert.equal(fake.model.lines.at(-1)?.kind, 'error')
})

test('what begins with two slashes is said with one, wherever it is said', async () => {
  const fake = new FakeChat()
  fake.view.enter('//all')
  fake.view.open('@bob')
  fake.view.enter('//me')
  fake.view.open('#cooks')
  fake.view.enter('//we')
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(fake.said, ['/all', 'bob: /me', '#cooks: /we'])
})

test('a window of somebody who speaks for long shows who it is', () => {
  const fake = new FakeChat()
  for (let i = 0; i < 50; i++) fake.model.broadcast('bob', `message ${i} ${'of many words '.repeat(i % 3)}`)
  for (const columns of [40, 80, 120]) {
    const size = { columns, rows: 24 }
    const state: ScreenState = new ScreenState(fake.view, {
      leave: () => {},
      scroll: (place, by) => scrolled(fake.view.view, state, size, place, by),
      scrollHelp: () => 0,
    })
    for (let i = 0; i < 5; i++) {
      const shown = frameOf(fake.view.view, state, size).rows.map((row) => row.map(({ text }) => text).join(''))
      assert.ok(
        shown.some((row) => /\d\d:\d\d +bob/.test(row)),
        shown.join('\n'),
      )
      state.perform('page-up')
    }
  }
  fake.view.close()
})
