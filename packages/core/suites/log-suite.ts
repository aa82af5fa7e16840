import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { earlier } from '../src/deadlines.ts'
import type { ConnectionId } from '../src/names.ts'
import { fail } from '../src/result.ts'
import { broadcast, LogScene, type LogParts, type LogUnderTest } from './log-scene.ts'

/** The promises of the log port. */
export function logSuite(name: string, open: (parts: LogParts) => LogUnderTest): void {
  const under = (body: (scene: LogScene) => Promise<void>) => async () => {
    const scene = new LogScene(open)
    try {
      await scene.ready()
      await body(scene)
    } finally {
      await scene.close()
    }
  }

  suite(`${name} keeps the promises of a log`, () => {
    test(
      'a command of one connection is applied after those that it submitted before',
      under(async (scene) => {
        const [ann] = await scene.guests('ann', 'bob')
        const texts = ['one', 'two', 'three', 'four', 'five']
        await Promise.all(texts.map((text) => scene.submit(broadcast(ann!, text))))
        assert.deepEqual(
          scene.happened.filter((line) => line.startsWith('heard')),
          texts.map((text) => `heard ${text}`),
        )
      }),
    )

    test(
      'of each entry the result is told before its events, and both before those of the next',
      under(async (scene) => {
        const guests = await scene.guests('ann', 'bob', 'cas')
        await Promise.all(guests.map((each, index) => scene.submit(broadcast(each, `text ${index}`))))
        const order = scene.happened.flatMap((line) => (line.startsWith('heard') ? [line.slice(6)] : []))
        assert.equal(order.length, 3)
        assert.deepEqual(
          scene.happened,
          order.flatMap((text) => [`told ${text}`, `heard ${text}`]),
        )
      }),
    )

    test(
      'what was due is heard before the result is told',
      under(async (scene) => {
        const [ann] = await scene.guests('ann', 'bob')
        await scene.submit({ do: 'game.start', connection: ann!, withinRate: true })
        scene.forget()
        scene.clock.advance(9_999)
        await scene.submit(broadcast(ann!, 'still there'))
        const submitted = scene.submit(broadcast(ann!, 'over'))
        scene.clock.advance(1)
        await submitted
        await scene.until(() => scene.happened.includes('heard game-cancelled'))
        await scene.submit({ do: 'game.start', connection: ann!, withinRate: true })
        assert.ok(scene.happened.indexOf('heard game-cancelled') < scene.happened.indexOf('told game.start'))
      }),
    )

    test(
      'what is submitted while something is told comes after all of that entry',
      under(async (scene) => {
        const [ann] = await scene.guests('ann', 'bob')
        let inner: Promise<void> | undefined
        await scene.submit(broadcast(ann!, 'first'), () => {
          inner = scene.submit(broadcast(ann!, 'second'))
        })
        await inner
        assert.deepEqual(scene.happened, ['told first', 'heard first', 'told second', 'heard second'])
      }),
    )

    test(
      'a failure of the community is told like any other result, once',
      under(async (scene) => {
        const results: unknown[] = []
        await scene.submit(broadcast('nobody' as ConnectionId, 'x'), (result) => results.push(result))
        await scene.submit(broadcast('nobody' as ConnectionId, 'y'), (result) => results.push(result))
        assert.deepEqual(results, [fail('gone'), fail('gone')])
      }),
    )

    test(
      'entries have growing numbers, times that never go back although the clock jumps, and chances of their own',
      under(async (scene) => {
        const [ann] = await scene.guests('ann')
        for (const jump of [0, -3_600_000, 7_200_000, -7_200_000, 0]) {
          scene.clock.jump(jump)
          scene.clock.advance(50)
          await scene.submit(broadcast(ann!, 'x'))
        }
        const { entries } = scene.community
        for (const [index, entry] of entries.entries()) {
          const before = entries[index - 1]
          if (before) assert.ok(entry.seq > before.seq && entry.at >= before.at)
          assert.ok(Number.isInteger(entry.at) && entry.seed === entry.seed >>> 0)
        }
        assert.ok(entries.at(-1)!.at - entries[0]!.at >= 200, 'time goes on where the clock went back')
        assert.ok(new Set(entries.map(({ seed }) => seed)).size > entries.length / 2)
      }),
    )

    test(
      'wakes the community when it wants to be woken, though nobody submits anything',
      under(async (scene) => {
        const [ann, bob] = await scene.guests('ann', 'bob')
        await scene.submit({ do: 'game.start', connection: ann!, withinRate: true })
        await scene.submit({ do: 'game.join', connection: bob! })
        for (const [ms, kind] of [
          [10_000, 'game-started'],
          [120_000, 'game-finished'],
        ] as const) {
          scene.forget()
          scene.clock.advance(ms - 1)
          await scene.submit(broadcast(ann!, 'not yet'))
          assert.ok(!scene.happened.includes(`heard ${kind}`))
          scene.clock.advance(1)
          await scene.until(() => scene.happened.includes(`heard ${kind}`))
        }
        // What was said is kept, and pruned when its time comes.
        assert.equal(
          scene.community.wakeAt,
          earlier(scene.community.save().history.pruneAt, scene.community.nodes.wakeAt),
        )
      }),
    )
  })
}
