import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Command, ResultOf } from '../src/commands.ts'
import type { Stamp } from '../src/entry.ts'
import { fail, ok } from '../src/result.ts'
import { groupNamed, named } from '../testing/names.ts'
import { account, broadcast, LogScene, tell, type LogParts, type LogUnderTest } from './log-scene.ts'

/** The promises of a log whose entries cannot be lost once its store has them. */
export function storeLogSuite(name: string, open: (parts: LogParts) => LogUnderTest): void {
  const under = (body: (scene: LogScene) => Promise<void>) => async () => {
    const scene = new LogScene(open)
    try {
      await scene.ready()
      await body(scene)
    } finally {
      await scene.close()
    }
  }

  suite(`${name} keeps the promises of a log over a store`, () => {
    test(
      'what has to be durable is told and heard once it is on disk, and nobody else waits for that',
      under(async (scene) => {
        const [ann] = await scene.guests('ann')
        await scene.submit(account('bob'))
        await scene.arrive('bob')
        scene.forget()
        scene.store.hold()
        const telling = scene.submit(tell(ann!, 'bob', 'message'))
        await scene.until(() => scene.store.waiting > 0)
        await scene.submit(broadcast(ann!, 'meanwhile'))
        assert.deepEqual(scene.happened, ['told meanwhile', 'heard meanwhile'])
        assert.deepEqual(scene.store.disk.messages, [])
        scene.atTold = () => assert.equal(scene.store.disk.messages.length, 1)
        scene.store.release()
        await telling
        assert.deepEqual(scene.happened.slice(2), ['told message', 'heard message'])
      }),
    )

    test(
      'what has to be durable is told in the order of the entries',
      under(async (scene) => {
        const [ann] = await scene.guests('ann')
        await scene.submit(account('bob'))
        scene.forget()
        scene.store.hold()
        const first = scene.submit(tell(ann!, 'bob', 'one'))
        await scene.until(() => scene.store.waiting > 0)
        const more = ['two', 'three'].map((text) => scene.submit(tell(ann!, 'bob', text)))
        scene.store.release()
        await Promise.all([first, ...more])
        const texts = ['one', 'two', 'three']
        assert.deepEqual(
          scene.happened,
          texts.flatMap((text) => [`told ${text}`, `heard ${text}`]),
        )
        assert.deepEqual(
          scene.store.disk.messages.map(({ text }) => text),
          texts,
        )
      }),
    )

    test(
      'what promises durability without a write of its own waits for those before it',
      under(async (scene) => {
        const [ann] = await scene.guests('ann')
        await scene.submit(account('bob'))
        const bob = await scene.arrive('bob')
        await scene.submit(tell(ann!, 'bob', 'message'))
        const ids = scene.store.disk.messages.map(({ id }) => id)
        scene.forget()
        scene.store.hold()
        const both = [1, 2].map(() => scene.submit({ do: 'mailbox.acknowledge', connection: bob, ids }))
        await scene.until(() => scene.store.waiting > 0)
        await scene.submit(broadcast(ann!, 'meanwhile'))
        assert.deepEqual(scene.happened, ['told meanwhile', 'heard meanwhile'])
        scene.store.release()
        await Promise.all(both)
        assert.deepEqual(scene.happened.slice(2), ['told mailbox.acknowledge', 'told mailbox.acknowledge'])
      }),
    )

    test(
      'what cannot be made durable is told as unavailable, is not heard, and has not happened',
      under(async (scene) => {
        const [ann, cas] = await scene.guests('ann', 'cas')
        await scene.submit(account('bob'))
        await scene.arrive('bob')
        const bob = scene.connections.at(-1)!
        await scene.submit({ do: 'group.create', connection: bob, group: groupNamed('cats'), withinRate: true })
        scene.forget()
        scene.store.hold()
        const results: unknown[] = []
        const note = (result: unknown) => results.push(result)
        const lost = [
          scene.submit(tell(ann!, 'bob', 'message'), note),
          scene.submit({ do: 'group.create', connection: bob, group: groupNamed('dogs'), withinRate: true }, note),
          scene.submit(account('dan'), note),
        ]
        await scene.until(() => scene.store.waiting > 0)
        scene.store.break()
        await Promise.all(lost)
        assert.deepEqual(results, [fail('unavailable'), fail('unavailable'), fail('unavailable')])
        scene.store.mend()
        await scene.untilAsOnDisk()
        await scene.submit(broadcast(cas!, 'goes on'))
        assert.deepEqual(
          scene.happened.filter((line) => line.startsWith('heard')),
          ['heard goes on'],
        )
      }),
    )

    test(
      'nothing of what was refused is there when it is told, where the disk can be read',
      under(async (scene) => {
        const [ann] = await scene.guests('ann')
        await scene.submit(account('bob'))
        const bob = await scene.arrive('bob')
        const { accounts, groups, mailboxes } = scene.community
        const left: boolean[] = []
        const group = { do: 'group.create', connection: bob, group: groupNamed('dogs'), withinRate: true } as const
        scene.store.hold()
        const refused = [
          scene.submit(tell(ann!, 'bob', 'message'), () => left.push(mailboxes.waiting(named('bob')) > 0)),
          scene.submit(group, () => left.push(groups.list().length > 0)),
          scene.submit(account('dan'), () => left.push(accounts.find(named('dan')) !== undefined)),
        ]
        await scene.until(() => scene.store.waiting > 0)
        scene.store.fill()
        await Promise.all(refused)
        assert.deepEqual(left, [false, false, false])
        scene.store.mend()
        await scene.untilAsOnDisk()
      }),
    )

    test(
      'while the store takes nothing what needs it is unavailable, and everything else goes on',
      under(async (scene) => {
        const [ann] = await scene.guests('ann', 'cas')
        await scene.submit(account('bob'))
        scene.store.break()
        const outcomes: string[] = []
        const note = (result: ResultOf<Command>) => outcomes.push(result.ok ? 'ok' : result.fail)
        for (let time = 0; time < 2; time++) {
          await scene.submit(tell(ann!, 'bob', 'message'), note)
          await scene.submit(tell(ann!, 'cas', 'to a guest'), note)
        }
        assert.deepEqual(outcomes, ['unavailable', 'ok', 'unavailable', 'ok'])
        assert.ok(!scene.happened.includes('heard message'))
      }),
    )

    test(
      'recovers by itself once the store takes something again, and nothing acknowledged is lost',
      under(async (scene) => {
        const [ann] = await scene.guests('ann')
        await scene.submit(account('bob'))
        await scene.submit(tell(ann!, 'bob', 'before'))
        scene.store.break()
        await scene.submit(tell(ann!, 'bob', 'lost'))
        scene.store.mend()
        let taken = false
        const attempt = () => scene.submit(tell(ann!, 'bob', 'after'), ({ ok }) => (taken = ok))
        await scene.until(async () => {
          scene.clock.advance(1_000)
          await attempt()
          return taken
        })
        assert.deepEqual(
          scene.store.disk.messages.map(({ text }) => text),
          ['before', 'after'],
        )
        await scene.untilAsOnDisk()
      }),
    )

    test(
      'who hears once durable is told and hears in the order of the entries, once all before it is on disk',
      under(async (scene) => {
        const [ann, cas] = await scene.guests('ann', 'cas')
        await scene.submit(account('bob'))
        scene.forget()
        scene.store.hold()
        await scene.submit(broadcast(ann!, 'one'))
        const stamps: number[] = []
        const note = (_: unknown, { seq }: Stamp) => void stamps.push(seq)
        const later = [
          scene.submit(broadcast(cas!, 'two'), note, 'once-durable'),
          scene.submit({ do: 'tick' }, note, 'once-durable'),
        ]
        await scene.until(() => scene.store.waiting > 0 && scene.happened.includes('heard two'))
        assert.deepEqual(scene.happened, ['told one', 'heard one', 'heard two'])
        assert.deepEqual([scene.happenedDurably, stamps], [[], []])
        scene.atTold = () => assert.ok(scene.store.disk.history.messages.size >= 2)
        scene.store.release()
        await Promise.all(later)
        assert.deepEqual(scene.happened.slice(3), ['told two', 'told tick'])
        assert.deepEqual(scene.happenedDurably, ['heard one', 'heard two'])
        assert.ok(stamps[0]! < stamps[1]!)
      }),
    )

    test(
      'what was heard at once and could not be kept is heard as not kept by who hears once durable',
      under(async (scene) => {
        const [ann] = await scene.guests('ann', 'cas')
        await scene.submit(account('bob'))
        scene.store.hold()
        const results: unknown[] = []
        const note = (result: unknown) => results.push(result)
        const lost = [
          scene.submit(broadcast(ann!, 'said'), note, 'once-durable'),
          scene.submit(tell(ann!, 'bob', 'message'), note, 'once-durable'),
        ]
        await scene.until(() => scene.store.waiting > 0)
        scene.store.fill()
        await Promise.all(lost)
        assert.deepEqual(results, [ok({ kept: false }), fail('unavailable')])
        assert.ok(scene.happenedDurably.includes('heard said') && !scene.happenedDurably.includes('heard message'))
        assert.equal(scene.store.disk.history.messages.size, 0)
        scene.store.mend()
      }),
    )

    test(
      'connections that an account change ended hear of it, also where the change did not reach the disk',
      under(async (scene) => {
        await scene.submit(account('bob'))
        await scene.arrive('bob')
        scene.forget()
        scene.store.break()
        const change = { do: 'account.password', name: named('bob'), hash: 'second' } as const
        await scene.submit(change)
        const { users } = scene.community
        await scene.until(() => (users.names().length === 0) === scene.happened.includes('heard ended'))
        scene.store.mend()
      }),
    )
  })
}
