import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import { FakeChat } from './fake-chat.ts'
import { key, screenOf, type ScreenUnderTest } from './screen-under-test.ts'
import { widthOf } from './text-rows.ts'

let screen: ScreenUnderTest | undefined

async function open(fake: FakeChat, columns = 80, rows = 24, colour = true): Promise<ScreenUnderTest> {
  screen = await screenOf(fake, { columns, rows, colour })
  return screen
}

function talkative(): FakeChat {
  const fake = new FakeChat({ users: ['alice', 'bob', 'carol_with_a_very_long_name_12'] })
  fake.model.broadcast('bob', 'hello everybody')
  fake.model.broadcast('carol_with_a_very_long_name_12', '日本語のテキスト 👩‍👩‍👧‍👦 ❤️ 🇩🇪 '.repeat(9))
  fake.model.broadcast('bob', `a${'\u0301'.repeat(3_000)}\tb ${'x'.repeat(300)}`)
  fake.model.told('bob', 'psst', 'weak')
  fake.model.groups.setMember('cooks', true)
  fake.model.groupSaid('cooks', 'bob', 'salt')
  fake.offer('bob', 'notes.txt')
  fake.model.transfers.begin({ direction: 'receiving', user: 'bob', name: 'film.mkv', size: 1_000 }).progress(250)
  return fake
}

describe('the screen', () => {
  afterEach(() => screen?.close())

  for (const [columns, rows] of [
    [80, 24],
    [40, 12],
    [120, 40],
    [20, 6],
    [10, 3],
  ] as const) {
    it(`is exactly ${columns} by ${rows} cells, whatever was said`, async () => {
      const { frame } = await open(talkative(), columns, rows)
      const drawn = frame().split('\n')
      assert.equal(drawn.length, rows)
      for (const row of drawn) assert.ok(widthOf(row) <= columns, row)
      if (columns >= 80)
        for (const row of drawn.slice(2, 17)) assert.equal(Array.from(row).indexOf('│'), columns < 100 ? 20 : 26)
    })
  }

  it('tells who, where, by which protocol and how it is protected', async () => {
    const { frame } = await open(talkative())
    const rows = frame().split('\n')
    assert.match(rows[0]!, /^ everybody {2}3 here +not sealed *$/)
    assert.match(rows.at(-1)!, /^ alice · helo · chat\.example:1347 +@bob 2 · #cooks 1 Alt-A $/)
    assert.match(frame(), /bob +2 /)
    assert.match(frame(), /^2 @bob +2 │.*\n3 #cooks +1 │/m)
    assert.match(frame(), /↓ film\.mkv from bob .*━━━━━─{15} +25 %/)
  })

  it('says what to do where nothing was said yet', async () => {
    const { frame } = await open(new FakeChat())
    assert.match(frame(), /Type to talk to everybody\./)
    assert.match(frame(), /F1 lists keys and commands\./)
  })

  it('says what is typed, and keeps it for the arrow keys', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    await keys('hello', key.enter)
    await shows('alice       hello')
    await keys('/nothing', key.enter)
    await shows('there is no command /nothing')
    await shows('everybody › /nothing')
    await keys(key.control('u'), 'draft', key.up)
    await shows('everybody › hello')
    await keys(key.down)
    await shows('everybody › draft')
    assert.deepEqual(fake.said, ['hello'])
  })

  it('writes to whoever is chosen at the side, with the secrecy beside each message', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    await keys(key.tab, key.tab, key.tab, key.down, key.enter)
    await shows('@bob ›', 'sealed where both can')
    await keys('psst', key.enter)
    await shows('alice       sealed  psst')
    fake.model.told('bob', 'aha', 'plain')
    await shows('bob         plain   aha', '! WARNING: what bob and you write was sealed; from')
    assert.deepEqual(fake.said, ['bob: psst'])
  })

  it('completes commands and names, one after the other', async () => {
    const { keys, shows } = await open(new FakeChat({ users: ['alice', 'bob', 'bobby'] }))
    await keys('/ms', key.tab)
    await shows('everybody › /msg')
    await keys('bo', key.tab)
    await shows('everybody › /msg bob', 'bobby')
    await keys(key.tab)
    await shows('everybody › /msg bobby')
    await keys(key.control('u'), 'al', key.tab)
    await shows('everybody › alice:')
  })

  it('accepts or declines the oldest invitation with one key', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    const first = fake.offer('bob', 'notes.txt')
    const second = fake.offer('eve', 'virus.exe')
    await shows('bob offers notes.txt (2.0 KiB, not sealed)', '(+1)  Alt-Y · Alt-N')
    await keys(key.alt('y'))
    await shows('eve offers virus.exe')
    await keys(key.alt('n'))
    await shows('declined what eve offered')
    assert.deepEqual([first.answers, second.answers], [['accepted'], ['declined']])
  })

  it('reaches every list with tab, and answers what is chosen there', async () => {
    const fake = new FakeChat()
    fake.model.groups.setMember('cooks', true)
    const { keys, shows } = await open(fake)
    const first = fake.offer('bob', 'notes.txt')
    const second = fake.offer('eve', 'virus.exe')
    await shows('INVITATIONS 2')
    await keys(key.tab)
    await shows('↑↓ scroll')
    await keys(key.tab, key.tab, key.tab, key.down)
    await shows('a accepts · d declines')
    await keys('d')
    await shows('declined what eve offered')
    assert.deepEqual([first.answers, second.answers], [[], ['declined']])
  })

  it('asks where a tunnel is to lead before it is accepted, and joins a game', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    fake.tell('tunnel-asked', { from: 'bob', accept: () => new Promise(() => {}), decline: async () => {} })
    await shows('bob asks for a tunnel')
    await keys(key.alt('y'))
    await shows('everybody › /accept 1 localhost:')
    await keys(key.control('u'))
    await keys(key.alt('n'))
    await shows('declined what bob offered')
    fake.tell('game-announced', {})
    await shows('a game of guessing begins')
    await keys(key.alt('y'))
    await shows('you are in the game')
    assert.deepEqual(fake.said, ['(joins)'])
  })

  it('is loud about a changed key, also without colours', async () => {
    const fake = new FakeChat()
    const { shows, raw, keys } = await open(fake, 80, 24, false)
    fake.tell('key-changed', { user: 'bob', safetyNumber: '11111 22222' })
    await shows('! WARNING: the key of bob has changed: see @bob', 'bob key!')
    assert.ok(!/\u001b\[(?:3[0-7]|9[0-7]|38|48)/.test(raw()), 'a colour')
    await keys(key.tab, key.tab, key.down, key.enter)
    await shows('The key of bob has changed: nothing is sent', 'key changed')
    await shows('! WARNING: THE KEY OF bob HAS CHANGED', '11111 22222')
    await keys('hi', key.enter)
    await shows('nothing was sent: the key of bob has changed')
    assert.deepEqual(fake.said, [])
  })

  it('shows that the connection broke, is back, and has ended', async () => {
    const fake = new FakeChat()
    const { shows, frame } = await open(fake)
    fake.tell('reconnecting', { attempt: 2, inMs: 2_000, reason: 'reset', code: 'closed' })
    await shows('reconnecting (attempt 2)')
    fake.tell('reconnected', { me: 'alice' })
    await shows('connected again as alice')
    assert.ok(!frame().includes('reconnecting ('))
    fake.tell('closed', { reason: 'gone' })
    await shows('disconnected · ^D leaves')
  })

  it('scrolls back, stays there while others talk, and returns', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake)
    for (let i = 0; i < 100; i++) fake.model.broadcast('bob', `message ${i}.`)
    await shows('message 99.')
    await keys(key.pageUp, key.pageUp)
    const before = await shows('lines further down', 'message 60.')
    fake.model.broadcast('bob', 'message 100.')
    const after = await shows('lines further down')
    assert.ok(!after.includes('message 100.'))
    assert.equal(before.split('\n')[5], after.split('\n')[5])
    await keys(key.escape)
    await shows('message 100.')
  })

  it('draws a storm of messages a few times, and keeps the last 5,000', async () => {
    const fake = new FakeChat()
    const { shows, frames } = await open(fake)
    const before = frames()
    for (let i = 0; i < 20_000; i++) fake.model.broadcast('bob', `message ${i} of a storm`)
    await shows('message 19999 of')
    assert.ok(frames() - before < 10, `${frames() - before} frames`)
    assert.equal(fake.view.view.lines.length, 5_000)
  })

  it('tells of a private message, and how it was protected, in the narrowest window as well', async () => {
    const fake = new FakeChat()
    const { keys, shows } = await open(fake, 40, 12)
    fake.model.told('bob', 'psst', 'sealed')
    fake.model.told('bob', 'plainly', 'plain')
    await shows('@bob 3 Alt-A')
    await keys(key.alt('a'))
    await shows('bob (sealed): psst', 'bob (plain): plainly', 'WARNING: what bob and you')
  })

  it('hides the side where it is narrow, and shows it alone when it has the focus', async () => {
    const fake = talkative()
    const { frame, keys, shows, resize } = await open(fake, 40, 12)
    assert.ok(!frame().includes('HERE'))
    await keys(key.tab, key.tab, key.tab)
    await shows('HERE 3', 'carol_with_a_very_long')
    await resize(80, 24)
    await shows('HERE 3', '│')
  })

  it('is left by /quit, which waits for files until it comes once more', async () => {
    const second = await open(new FakeChat())
    await second.keys('/quit', key.enter)
    assert.ok(second.left)
    second.close()
    const fake = new FakeChat()
    fake.offer('bob', 'notes.txt')
    const third = await open(fake)
    await third.keys('/accept', key.enter)
    fake.view.open('@bob')
    await third.keys('/quit', key.enter)
    await third.shows('waiting for notes.txt from bob; /quit once more')
    assert.ok(!third.left)
    await third.keys('/quit', key.enter)
    await third.shows('left before it was finished')
    assert.ok(third.left)
  })
})
