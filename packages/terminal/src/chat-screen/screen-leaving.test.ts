import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { FakeChat } from './fake-chat.ts'
import { key, screenOf, type ScreenUnderTest } from './screen-under-test.ts'

const { control } = key

describe('leaving the screen', () => {
  let screen: ScreenUnderTest
  afterEach(() => screen.close())

  const open = async (fake = new FakeChat()) => {
    fake.model.broadcast('bob', 'hi')
    return (screen = await screenOf(fake))
  }

  it('takes ^C twice; the first one clears the line, which ^Y brings back', async () => {
    const { keys, shows } = await open()
    await keys('precious', control('c'))
    await shows('^C once more leaves', 'everybody › Type to')
    await keys(control('y'))
    await shows('everybody › precious')
    await keys(control('c'), control('c'))
    assert.ok(screen.left)
  })

  it('begins anew when something else was pressed meanwhile', async () => {
    const { keys, hides, shows } = await open()
    await keys(control('c'))
    await shows('^C once more leaves')
    await keys('x', '\u007f')
    await shows('everybody › Type to')
    await hides('once more')
    await keys(control('c'))
    assert.ok(!screen.left)
  })

  it('asks where something would be given up by it', async () => {
    const fake = new FakeChat()
    const { keys, shows, hides } = await open(fake)
    const transfer = fake.model.transfers.begin({ direction: 'sending', user: 'bob', name: 'a.iso', size: 1_000 })
    fake.view.open('@bob')
    await keys('draft')
    fake.view.open('everybody')
    await keys(control('c'), control('c'))
    await shows('Leave? y leaves. Given up: a.iso to bob')
    await keys('n')
    await shows('everybody › Type to')
    await hides('Leave?')
    assert.ok(!screen.left)
    await keys(control('d'))
    await shows('Leave?')
    await keys(key.enter)
    transfer.end()
    await keys(control('d'))
    await shows('Given up: what you wrote to @bob')
    await keys('y')
    assert.ok(screen.left)
  })

  it('is one ^D on an empty line, and a third ^C whatever is under way', async () => {
    const fake = new FakeChat()
    const first = await open(fake)
    await first.keys('ab', control('a'), control('d'), control('d'))
    assert.ok(!first.left)
    await first.keys(control('d'))
    assert.ok(first.left)
    first.close()
    const busy = new FakeChat()
    busy.state = 'reconnecting'
    const { keys, shows } = await open(busy)
    await keys('unsent', key.enter, control('c'), control('c'))
    await shows('Given up: "unsent" to everybody')
    await keys(control('c'))
    assert.ok(screen.left)
  })
})
