import { parseText } from '@parley/core'
import type { SessionContext } from '@parley/protocols'
import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { ConnectionRig, signInAs, userNamed, type RigClient } from '../../testing/connection-rig.ts'
import type { Script } from '../../testing/line-protocol.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Three clients, two of them guests, and all that may happen to them. */
class Scene {
  readonly rig: ConnectionRig
  readonly clients: readonly RigClient[]
  /** Frames that are awaited until they may go on. */
  readonly frames: (() => void)[] = []
  /** Times that a session threw. */
  bugs = 0

  private constructor(rig: ConnectionRig, received: 'flushed' | 'next-input') {
    this.rig = rig
    this.clients = [0, 1, 2].map((index) => rig.connect((context) => this.#script(context, index), { received }))
  }

  static async open(received: 'flushed' | 'next-input'): Promise<Scene> {
    const scene = new Scene(
      await ConnectionRig.open({ unsentBytes: 4_000, signInSeconds: 30 }, {}, ['user1']),
      received,
    )
    for (const { stream } of scene.clients) stream.say('sign in\n')
    await scene.rig.rest()
    return scene
  }

  /** Everybody goes, and whatever waited for something has it. */
  async end(): Promise<void> {
    this.rig.release()
    for (const { stream } of this.clients) stream.readOn()
    await this.#letGo()
    for (const { stream } of this.clients) stream.breakOff()
    await this.rig.rest()
    await this.#letGo()
    await this.rig.pass(10_000)
  }

  async #letGo(): Promise<void> {
    do {
      for (const go of this.frames.splice(0)) go()
      await this.rig.rest()
    } while (this.frames.length > 0)
  }

  #script(context: SessionContext<string>, index: number): Script {
    return {
      received: (line) => {
        context.send(`> ${line}`)
        if (line === 'sign in') {
          return context.signIn(signInAs(`user${index}`), ({ ok }) => context.send(`signed in ${String(ok)}`))
        }
        if (line === 'wait') return new Promise<void>((go) => this.frames.push(go)).then(() => context.send('waited'))
        const text = said('x'.repeat(500))
        if (line === 'tell') {
          return context.submit({ do: 'tell', to: userNamed('user1'), text }, () => context.send('told'))
        }
        return context.submit({ do: 'broadcast', text }, () => context.send('said'))
      },
    }
  }
}

/**
 * What the client, its session, the disk, the time and the server may do next, and how often of all
 * that they do it.
 */
const moves: readonly (readonly [weight: number, happen: (client: RigClient, scene: Scene) => unknown])[] = [
  [2, ({ stream }) => stream.say('wait\n')],
  [2, ({ stream }) => stream.say('tell\n')],
  [1, ({ stream }) => stream.say('say\n')],
  [1, ({ stream }) => stream.say('wait\ntell\nsay\n')],
  [1, ({ stream }) => stream.say('half;')],
  [1, ({ stream }) => stream.say('\nsign in\n')],
  [1, ({ stream }) => stream.stopReading()],
  [1, ({ stream }) => stream.readOn()],
  [1, ({ stream }) => stream.hangUp()],
  [1, ({ stream }) => stream.breakOff()],
  [2, (_, { frames }) => frames.shift()?.()],
  [1, (_, { rig }) => rig.hold()],
  [1, (_, { rig }) => rig.release()],
  [3, turn],
  [1, (_, { rig }) => rig.clock.advance(5_000)],
  [1, ({ connection }) => connection.disconnect('stopping')],
  [1, (_, { rig }) => rig.submit({ do: 'account.password', name: userNamed('user1'), hash: 'plain:secret' })],
  [1, ({ context }) => void context.submit({ do: 'broadcast', text: said('by itself') }, () => context.send('said'))],
  [
    1,
    ({ context }) =>
      void context.submit({ do: 'tell', to: userNamed('user1'), text: said('by itself') }, () => context.send('told')),
  ],
  [1, ({ context, calls }) => (calls.includes('closed') ? undefined : context.close())],
  [1, ({ context, calls }) => (calls.includes('closed') ? undefined : context.signOut())],
  [1, ({ context, calls }) => (calls.includes('closed') ? undefined : void context.detach().read())],
  [
    1,
    ({ context }, scene) =>
      void context.submit({ do: 'broadcast', text: said('a bug') }, () => {
        scene.bugs++
        throw new Error('a bug')
      }),
  ],
]
const indices = moves.flatMap(([weight], index) => Array<number>(weight).fill(index))

/**
 * Clients come and go in any way while frames, commands and the disk take as long as they like.
 * Whatever happens, each session is opened, gets its frames one at a time and is closed once and
 * last, and nobody and nothing stays behind.
 */
it('a connection keeps its promises, whatever happens in whatever order', async () => {
  const step = fc.record({ what: fc.constantFrom(...indices), who: fc.nat({ max: 2 }) })
  const received = fc.constantFrom('flushed' as const, 'next-input' as const)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), received, async (steps, how) => {
      const scene = await Scene.open(how)
      for (const { what, who } of steps) await moves[what]![1](scene.clients[who]!, scene)
      await scene.end()
      const { rig, clients, bugs } = scene
      for (const { calls, connection, context } of clients) {
        const all = calls.join(', ')
        assert.equal(calls[0], 'opened')
        assert.equal(calls.at(-1), 'closed', all)
        assert.equal(calls.filter((call) => call === 'closed').length, 1, all)
        assert.ok(calls.filter((call) => call.startsWith('farewell')).length <= 1, all)
        for (const wrong of ['TWO AT ONCE', 'CLOSED WHILE BUSY', 'AFTER THE END'])
          assert.ok(!calls.includes(wrong), all)
        assert.deepEqual([connection.user, connection.idle, connection.outbox.pending], [undefined, true, 0])
        const changes = rig.changes.filter((change) => change.startsWith(context.id)).map((each) => each.split(' ')[1])
        const times = (what: string) => changes.filter((change) => change === what).length
        assert.equal(changes.at(-1), 'ended')
        assert.deepEqual([times('ended'), times('signed-in')], [1, times('signed-out')])
      }
      assert.deepEqual(rig.users, [])
      assert.equal(rig.errors.length, bugs, rig.errors.join())
      const wakes = rig.community.wakeAt === null ? 0 : 1
      assert.equal(rig.clock.waiting, wakes, 'no timer is left behind but that of the log')
    }),
    { numRuns: 300 },
  )
})

function said(text: string) {
  const parsed = parseText(text)
  assert.ok(parsed.ok)
  return parsed.value
}
