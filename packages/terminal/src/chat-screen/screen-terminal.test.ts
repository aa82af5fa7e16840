import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { FakeChat } from './fake-chat.ts'
import { key, screenOf, type ScreenUnderTest } from './screen-under-test.ts'

const { control } = key

describe('the terminal under the screen', () => {
  let screen: ScreenUnderTest
  afterEach(() => screen.close())

  it('scrolls messages by the wheel, and what is written stays', async () => {
    const fake = new FakeChat()
    screen = await screenOf(fake)
    const { keys, shows, hides, written } = screen
    for (let i = 0; i < 100; i++) fake.model.broadcast('bob', `message ${i}.`)
    await shows('message 99.')
    await keys('sent', key.enter, 'draft', key.wheelUp)
    await shows('lines further down', 'everybody › draft')
    await keys(key.wheelDown)
    await shows('alice       sent', 'everybody › draft')
    await hides('further down')
    assert.match(written(), /\u001b\[\?1007l/)
    assert.match(written(), /\u001b\[\?1000h\u001b\[\?1006h/)
  })

  it('scrolls messages by a wheel that sends cursor keys, several in one read', async () => {
    const fake = new FakeChat()
    screen = await screenOf(fake)
    const { keys, shows, hides } = screen
    for (let i = 0; i < 100; i++) fake.model.broadcast('bob', `message ${i}.`)
    await keys('sent', key.enter, 'draft', key.up.repeat(3))
    await shows('further down', 'everybody › draft')
    await keys(key.down.repeat(5))
    await hides('further down')
    await shows('everybody › draft')
    await keys(key.up)
    await shows('everybody › sent')
  })

  it('draws the whole screen anew on ^L, and otherwise what has changed', async () => {
    screen = await screenOf(new FakeChat())
    const { keys, shows, written } = screen
    await shows('everybody ›')
    const before = written().length
    await keys('x')
    await shows('everybody › x')
    assert.ok(written().length - before < 400, `${written().length - before} bytes`)
    assert.equal(written().split('\u001b[2J').length, 2)
    await keys(control('l'))
    while (written().split('\u001b[2J').length < 3) await new Promise((resolve) => setImmediate(resolve))
    await shows('everybody › x', 'not sealed')
  })

  it('is given back on ^Z, taken again afterwards, and given back at the end', async () => {
    screen = await screenOf(new FakeChat())
    const { keys, shows, written } = screen
    const modes = (from: number) =>
      [
        ...written()
          .slice(from)
          .matchAll(/\u001b\[\?(1049|2004|7|1000)[hl]/g),
      ].map(([mode]) => mode.slice(3))
    assert.deepEqual(modes(0), ['1049h', '2004h', '7l', '1000h'])
    await keys('draft')
    await shows('everybody › draft')
    let at = written().length
    await keys(control('z'))
    assert.equal(screen.suspended, 1)
    assert.deepEqual(modes(at), ['1000l', '2004l', '1049l', '7h'])
    at = written().length
    screen.screen.resume()
    await shows('everybody › draft')
    while (modes(at).length < 4) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(modes(at), ['1049h', '2004h', '7l', '1000h'])
  })
})
