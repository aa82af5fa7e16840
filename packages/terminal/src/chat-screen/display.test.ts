import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { commandsFor } from '../chat-model/commands.ts'
import { actions, bindingsWith } from './bindings.ts'
import { FakeChat } from './fake-chat.ts'
import { frameOf, helpScrolled } from './frame.ts'
import { keyOf, keyRows, labelOf } from './key-labels.ts'
import { ScreenState } from './screen-state.ts'
import { key, screenOf, type ScreenUnderTest } from './screen-under-test.ts'

const [f7, f8, f9] = ['\u001b[18~', '\u001b[19~', '\u001b[20~']
const altUp = '\u001b[1;3A'
const altDown = '\u001b[1;3B'

let screen: ScreenUnderTest | undefined

async function open(fake: FakeChat, size?: { columns: number; rows: number }): Promise<ScreenUnderTest> {
  screen = await screenOf(fake, size)
  return screen
}

function withTalks(): FakeChat {
  const fake = new FakeChat({ users: ['alice', 'bob', 'carol', 'dave'] })
  fake.model.groups.setMember('cooks', true)
  fake.model.told('bob', 'psst', 'sealed')
  return fake
}

describe('the help', () => {
  it('lists every key and every command, however small the screen is', () => {
    const fake = new FakeChat()
    for (const [columns, rows] of [
      [40, 12],
      [80, 24],
      [120, 40],
      [200, 60],
    ] as const) {
      const size = { columns, rows }
      const state: ScreenState = new ScreenState(fake.view, {
        leave: () => {},
        scroll: (place) => place,
        scrollHelp: (top, by) => helpScrolled(fake.view.view, state, size, top, by),
      })
      state.perform('help')
      let seen = ''
      for (let i = 0; i < 200; i++) {
        seen += frameOf(fake.view.view, state, size)
          .rows.map((row) => row.map(({ text }) => text).join(''))
          .join(' ')
        state.perform('down')
      }
      const words = seen.replace(/\s+/g, ' ')
      for (const { keys } of Object.values(actions)) {
        if (!/^alt-[2-8]$/.test(keys[0])) assert.ok(words.includes(labelOf(keys[0])), `${columns}: ${keys[0]}`)
      }
      for (const { name } of commandsFor(new Set(['users', 'groups', 'files', 'tell']))) {
        assert.ok(words.includes(`/${name}`), `${columns}: ${name}`)
      }
      assert.match(words, /Esc closes/)
      state.perform('escape')
      assert.equal(state.display.overlay, null)
    }
    fake.view.close()
  })

  it('shows the keys as they were set', () => {
    const bindings = bindingsWith({ 'alt-j': 'go-to', 'alt-g': null, 'ctrl-n': null })
    assert.equal(keyOf('go-to', bindings), 'Alt-J')
    assert.equal(keyRows(bindings).find(({ note }) => note === actions['next-unread'].note)?.keys, 'Alt-A')
    assert.equal(keyOf('bare', bindingsWith({ f8: null })), null)
  })
})

describe('going from one conversation to another', () => {
  afterEach(() => screen?.close())

  it('goes by number, up and down, and to what is unread', async () => {
    const { keys, shows } = await open(withTalks())
    await shows('2 #cooks', '3 @bob')
    await keys(key.alt('2'))
    await shows('#cooks ›')
    await keys(key.alt('9'))
    await shows('#cooks ›')
    await keys(key.alt('a'))
    await shows('@bob ›')
    await keys(altDown)
    await shows('everybody ›')
    await keys(altUp, altUp)
    await shows('#cooks ›')
  })

  it('goes first to where somebody is meant', async () => {
    const fake = withTalks()
    fake.model.groupSaid('cooks', 'bob', 'salt')
    const { keys, shows } = await open(fake)
    await keys(key.alt('a'))
    await shows('@bob ›')
    await keys(key.alt('a'))
    await shows('#cooks ›')
  })

  it('marks the words of the settings as it does one’s name', async () => {
    const fake = new FakeChat({ highlights: ['deploy'] })
    fake.model.groups.setMember('cooks', true)
    fake.model.groupSaid('cooks', 'bob', 'the Deploy is done')
    fake.model.groupSaid('cooks', 'bob', 'it was deployed')
    const { keys, shows, frame } = await open(fake)
    assert.match(frame(), /#cooks +!2 /)
    await keys(key.alt('a'))
    await shows('▌12:00  bob         the Deploy is done')
    assert.doesNotMatch(frame(), /▌.*deployed/)
  })

  it('finds conversations and people by some letters of their names', async () => {
    const { keys, shows } = await open(withTalks())
    await keys('a draft', key.alt('g'))
    await shows('go to ›', '@bob', '#cooks', '@dave')
    await keys('crl')
    await shows('go to › crl', '@carol')
    await keys(key.control('u'), 'xyz')
    await shows('Nobody and nothing here is called that.')
    await keys(key.control('u'), 'd', key.enter)
    await shows('@dave ›')
    await keys(key.alt('g'), key.escape)
    await shows('@dave ›')
    await keys(key.alt('1'))
    await shows('everybody › a draft')
  })
})

describe('what is shown', () => {
  afterEach(() => screen?.close())

  it('is without the panel, or with it, as somebody likes', async () => {
    const { keys, shows, resize, hides } = await open(withTalks())
    await keys(f7)
    await hides('TALKS')
    await keys(f7)
    await shows('TALKS')
    await resize(40, 12)
    await hides('TALKS')
    await keys(f7)
    await shows('TALKS', '2 #cooks')
  })

  it('is broken by the terminal itself where it is to be copied, without the panel and without the mouse', async () => {
    const fake = withTalks()
    const address = `https://example.org/${'long/'.repeat(30)}`
    fake.model.broadcast('bob', `see ${address}`)
    const { keys, written, shows, raw } = await open(fake)
    assert.match(raw(), /\u001b\]8;id=\w+;https:\/\/example\.org\//)
    const before = written().length
    await keys(f8)
    await waitFor(() => written().slice(before).includes(address))
    const bare = written().slice(before)
    assert.match(bare, /\u001b\[\?1000l/)
    assert.match(bare, /\u001b\[\?7h[^\u001b]*bob: see https[^\u001b]*\u001b\[\?7l/)
    const after = written().length
    await keys('x')
    await shows('TALKS', 'everybody ›')
    assert.match(written().slice(after), /\u001b\[\?1000h/)
  })

  it('is a frame of the wire a row, or the whole of it', async () => {
    const fake = new FakeChat()
    const long = 'QUJD'.repeat(100)
    fake.model.showRaw(true)
    fake.model.note('wire', `> FILE bob ${long} end`)
    const { keys, shows } = await open(fake)
    await shows('> FILE bob QUJDQUJDQUJDQUJD…(400) end')
    await keys(f9)
    await shows('QUJDQUJDQUJDQUJDQUJDQUJD')
  })

  it('is a file that is on its way, until it is cancelled', async () => {
    const fake = new FakeChat()
    const cancelled: string[] = []
    for (const name of ['one.txt', 'two.txt']) {
      const sent = fake.model.transfers.begin({ direction: 'sending', user: 'bob', name, size: 9 }, () => {
        cancelled.push(name)
        sent.end()
      })
    }
    const { keys, shows, hides } = await open(fake)
    await shows('one.txt to bob', 'waiting for bob', 'not sealed')
    await keys(key.alt('x'))
    await shows('Cancel which file?')
    await keys(key.down, key.escape)
    assert.deepEqual(cancelled, [])
    await keys(key.alt('x'), key.down, key.enter)
    await hides('two.txt')
    assert.deepEqual(cancelled, ['two.txt'])
    await keys(key.alt('x'), key.alt('x'))
    await hides('one.txt')
    assert.deepEqual(cancelled, ['two.txt', 'one.txt'])
  })
})

async function waitFor(isTrue: () => boolean): Promise<void> {
  for (const end = performance.now() + 2_000; !isTrue() && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(isTrue())
}
