import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { FakeStreams } from '../fake-streams.ts'
import { HandClock } from '../hand-clock.ts'
import { actions } from './bindings.ts'
import { FakeChat } from './fake-chat.ts'
import { defaultColours } from './palette.ts'
import { Screen } from './screen.ts'
import { key } from './screen-under-test.ts'
import { Terminal } from './terminal.ts'
import type { Frame } from './frame.ts'

const undo = key.control('_')
/** What keys send, as many as there are for them; the clock stands still meanwhile. */
const sequences = [
  ...Object.values(actions)
    .flatMap(({ keys }): readonly string[] => keys)
    .flatMap((name) => {
      if (/^ctrl-[a-z_]$/.test(name)) return [key.control(name.slice(-1))]
      return /^alt-.$/.test(name) ? [key.alt(name.slice(-1))] : []
    })
    .filter((bytes) => bytes !== key.control('z')),
  '\r',
  '\t',
  '\u007f',
  key.up,
  key.down,
  key.left,
  key.pageUp,
  key.wheelUp,
  '\u001bOP',
  '\u001b[19~',
  '\u001b[1;3A',
  '\u001b[1;5D',
  '\u001b[Z',
  '\u001b[3~',
  '\u001b\r',
  key.alt('/'),
  key.paste('one\ntwo\n'),
  key.paste('x'),
]

class Memory extends Terminal {
  frame: Frame | null = null
  override draw(frame: Frame): void {
    this.frame = frame
  }
}

async function shown(chunks: readonly Uint8Array[]): Promise<unknown> {
  const fake = new FakeChat()
  const clock = new HandClock()
  const streams = new FakeStreams({ typed: [] })
  const terminal = new Memory({ streams, colours: defaultColours, mouse: true })
  let left = 0
  const screen = new Screen({ model: fake.view, streams, terminal, clock, leave: () => left++, suspend: () => {} })
  fake.model.told('bob', 'psst', 'plain')
  fake.offer('bob', 'a.txt')
  screen.open()
  for (const chunk of chunks) streams.input.emit('data', chunk)
  await clock.pass(1_000)
  const { rows, cursor } = terminal.frame!
  screen.close()
  fake.view.close()
  return { rows: rows.map((row) => row.map(({ text }) => text).join('')), cursor, said: fake.said, left: left > 0 }
}

it('what comes of the keys does not depend on how the reads fall', async () => {
  const bytes = fc
    .array(
      fc.oneof(fc.constantFrom(...sequences), fc.constantFrom('one two three', 'é👩', '/msg bob hi', 'a', 'y', undo)),
      {
        maxLength: 25,
      },
    )
    .map((parts) => parts.join(''))
    // Three of them in one read are a wheel.
    .filter((keys) => !keys.includes(key.up.repeat(3)) && !keys.includes(key.down.repeat(3)))
    .map((keys) => Buffer.from(keys))
  await fc.assert(
    fc.asyncProperty(bytes, fc.array(fc.nat({ max: 6 }), { maxLength: 60 }), async (bytes, sizes) => {
      const chunks: Uint8Array[] = []
      let at = 0
      for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)))
      assert.deepEqual(await shown([...chunks, bytes.subarray(at)]), await shown([bytes]))
    }),
    { numRuns: 200 },
  )
})
