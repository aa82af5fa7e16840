import { bindings } from '../../src/chat-screen/bindings.ts'
import { FakeChat } from '../../src/chat-screen/fake-chat.ts'
import { frameOf, helpScrolled, scrolled, type Frame, type Size } from '../../src/chat-screen/frame.ts'
import { ScreenState } from '../../src/chat-screen/screen-state.ts'

/** Something to look at, in a size in which somebody would. */
export interface Scene {
  readonly name: string
  readonly size: Size
  show(stage: Stage): void
}

interface Stage {
  readonly fake: FakeChat
  readonly state: ScreenState
  /** Minutes go by. */
  wait(minutes: number): void
}

const usual = { columns: 80, rows: 24 }

/** Every picture, by the name of its file. */
export const scenes: readonly Scene[] = [
  { name: 'everybody', size: usual, show: everybody },
  { name: 'private', size: { columns: 120, rows: 40 }, show: privately },
  { name: 'narrow', size: { columns: 40, rows: 12 }, show: narrowly },
  {
    name: 'help',
    size: usual,
    show: (stage) => {
      everybody(stage)
      stage.state.perform('help')
    },
  },
  {
    name: 'go-to',
    size: usual,
    show: (stage) => {
      everybody(stage)
      stage.state.perform('go-to')
      stage.state.type('co')
    },
  },
  { name: 'raw', size: usual, show: raw },
  { name: 'key-changed', size: usual, show: keyChanged },
]

/** The frame of a scene, the same in every time zone. */
export function frameOfScene({ size, show }: Scene): Frame {
  let now = new Date(2026, 10, 21, 17, 2).getTime()
  const fake = new FakeChat({ users: ['alice', 'bob', 'carol', 'dave', 'erin'], now: () => now })
  const state: ScreenState = new ScreenState(fake.view, {
    leave: () => {},
    scroll: (place, by) => scrolled(fake.view.view, state, size, place, by),
    scrollHelp: (top, by) => helpScrolled(fake.view.view, state, size, top, by),
    bindings,
  })
  show({ fake, state, wait: (minutes) => (now += minutes * 60_000) })
  const frame = frameOf(fake.view.view, state, size)
  fake.view.close()
  return frame
}

function everybody({ fake, state, wait }: Stage): void {
  const { model, view } = fake
  model.note('event', 'you are alice over helo; /help shows what there is')
  model.joined('erin')
  wait(1)
  model.broadcast('bob', 'morning! has anybody tried the new build on a Raspberry Pi?')
  wait(1)
  model.broadcast('carol', 'yes, it starts in half a second')
  model.broadcast(
    'carol',
    'notes are at https://example.org/builds/2026-11-21/raspberry-pi.html, the numbers at the end',
  )
  wait(2)
  model.broadcast('alice', 'thank you, I will read them tonight', { mine: true })
  model.groups.setMember('cooks', true)
  model.told('bob', 'lunch at one?', 'sealed')
  view.open('@bob')
  model.told('bob', 'of course', 'sealed', { mine: true })
  wait(4)
  model.broadcast('dave', 'the nightly tests are green again')
  model.broadcast('erin', 'alice, could you look at the log of the third run? It stops after 70 MB')
  wait(1)
  model.broadcast('dave', 'and the release is tomorrow')
  view.open('everybody')
  model.groupSaid('cooks', 'carol', 'who brings salt?')
  model.told('bob', 'see you', 'sealed')
  fake.offer('erin', 'third-run.log')
  const film = model.transfers.begin({ direction: 'sending', user: 'bob', name: 'holiday.mkv', size: 73_400_320 })
  film.progress(30_000_000)
  state.type('erin: looking at it n')
}

function privately({ fake, state, wait }: Stage): void {
  const { model, view } = fake
  model.groups.setMember('cooks', true)
  model.broadcast('dave', 'the nightly tests are green again')
  view.open('@bob')
  model.told('bob', 'are you there?', 'sealed')
  model.told('bob', 'the key of the archive has to go somewhere safe', 'sealed')
  wait(2)
  model.told('bob', 'here; where do you want it?', 'sealed', { mine: true })
  wait(1)
  model.told('bob', 'in the shed, as always; the plan is at https://example.org/plans/shed', 'sealed')
  wait(7)
  model.note('answer', 'the number of bob and you, the same on both sides:\n21094 55120 98133 04417 60225 71902')
  model.told('bob', 'the numbers are the same here', 'sealed')
  wait(24 * 60)
  model.told('bob', 'I write from the old telephone, which seals nothing', 'plain')
  model.told('bob', 'then later', 'plain', { mine: true })
  model.groupSaid('cooks', 'carol', 'alice, who brings salt?')
  model.broadcast('erin', 'good evening')
  state.type('see you to')
}

function narrowly({ fake, wait }: Stage): void {
  const { model } = fake
  model.broadcast('bob', 'morning! has anybody tried the new build on a Raspberry Pi?')
  wait(1)
  model.broadcast('carol', 'yes, it starts in half a second')
  model.broadcast('carol', 'https://example.org/builds/2026-11-21/raspberry-pi.html')
  model.told('bob', 'lunch at one?', 'sealed')
  model.groupSaid('cooks', 'carol', 'alice, who brings salt?')
}

function raw({ fake, wait }: Stage): void {
  const { model } = fake
  const key = 'MCowBQYDK2VuAyEA'.repeat(20)
  model.showRaw(true)
  model.note('wire', '> BCST good evening')
  model.note('wire', '< OK')
  model.broadcast('alice', 'good evening', { mine: true })
  wait(1)
  model.note('wire', `< PUBKEY bob ${key}`)
  model.note('wire', '> TELL bob 8f1c2a aGVsbG8gYm9iLCB0aGlzIGlzIHNlYWxlZCBhbmQgbm9ib2R5IGVsc2UgcmVhZHMgaXQ=')
  model.note('wire', '< OK 8f1c2a')
  model.told('bob', 'hello', 'sealed', { mine: true })
}

function keyChanged({ fake, wait }: Stage): void {
  const { model, view } = fake
  view.open('@bob')
  model.told('bob', 'lunch at one?', 'sealed')
  wait(30)
  model.keyChanged('bob', '21094 55120 98133 04417 60225 71902')
}
