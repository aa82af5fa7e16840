import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Clock } from '../src/ports/clock.ts'

export interface ClockUnderTest {
  readonly clock: Clock
  /**
   * Lets at least `ms` pass; what falls due meanwhile may run a little later. A real clock really
   * waits.
   */
  readonly advance: (ms: number) => Promise<void>
}

/** The promises of the clock port. Never asserts that something was quick. */
export function clockSuite(name: string, open: () => ClockUnderTest): void {
  suite(`${name} keeps the promises of a clock`, () => {
    test('it tells the wall time in milliseconds since 1970', () => {
      const { clock } = open()
      assert.ok(clock.now() > Date.UTC(2001, 0) && clock.now() < Date.UTC(2200, 0), `${clock.now()} is no time of ours`)
    })

    test('monotonic time grows by at least what has passed, and never shrinks', async () => {
      const { clock, advance } = open()
      const times = [clock.monotonic()]
      for (const ms of [0, 3, 0, 7]) {
        await advance(ms)
        times.push(clock.monotonic())
        assert.ok(times.at(-1)! - times.at(-2)! >= ms)
      }
    })

    test('what is to run after a while runs then, and not before', async () => {
      const { clock, advance } = open()
      const start = clock.monotonic()
      const at = time(clock, 12)
      await advance(12)
      assert.ok((await at) - start >= 12)
    })

    test('many that are to run after a while: none is early by the smallest fraction', async () => {
      const { clock, advance } = open()
      const early: number[] = []
      const all = Array.from({ length: 40 }, async (_, index) => {
        const ms = index / 3
        const start = clock.monotonic()
        const at = time(clock, ms)
        const passed = (await at) - start
        if (passed < ms - 1e-9) early.push(passed - ms)
      })
      await advance(14)
      await Promise.all(all)
      assert.deepEqual(early, [])
    })

    for (const ms of [0, -5])
      test(`it never runs in the same turn, also after ${ms} ms`, async () => {
        const { clock, advance } = open()
        let ran = false
        const soon = new Promise<void>((resolve) => {
          clock.after(ms, () => {
            ran = true
            resolve()
          })
        })
        assert.equal(ran, false)
        await Promise.resolve()
        assert.equal(ran, false)
        await advance(1)
        await soon
      })

    test('it runs once, however much time passes', async () => {
      const { clock, advance } = open()
      let runs = 0
      clock.after(2, () => runs++)
      for (const ms of [4, 8]) {
        const later = time(clock, ms)
        await advance(ms)
        await later
      }
      assert.equal(runs, 1)
    })

    test('what was cancelled never runs; to cancel again changes nothing', async () => {
      const { clock, advance } = open()
      let runs = 0
      const cancel = clock.after(3, () => runs++)
      cancel()
      cancel()
      const later = time(clock, 8)
      await advance(8)
      await later
      assert.equal(runs, 0)
    })

    test('to cancel what has run, also while it runs, changes nothing', async () => {
      const { clock, advance } = open()
      let runs = 0
      const cancel = clock.after(1, () => {
        runs++
        cancel()
      })
      const later = time(clock, 5)
      await advance(5)
      await later
      cancel()
      assert.equal(runs, 1)
    })

    test('one that runs can cancel a later one, and set another', async () => {
      const { clock, advance } = open()
      const ran: string[] = []
      const cancelSecond = clock.after(20, () => ran.push('second'))
      const third = new Promise<void>((resolve) => {
        clock.after(2, () => {
          ran.push('first')
          cancelSecond()
          clock.after(2, () => {
            ran.push('third')
            resolve()
          })
        })
      })
      const later = time(clock, 25)
      await advance(25)
      await Promise.all([third, later])
      assert.deepEqual(ran, ['first', 'third'])
    })

    for (const ms of [2 ** 31 - 1, 2 ** 31, 2 ** 40])
      test(`to wait ${ms} ms does not mean to run at once`, async () => {
        const { clock, advance } = open()
        let ran = false
        const cancel = clock.after(ms, () => (ran = true))
        const later = time(clock, 5)
        await advance(5)
        await later
        cancel()
        assert.equal(ran, false)
      })
  })
}

/** The monotonic time at which something that was to run after `ms` ran. */
function time(clock: Clock, ms: number): Promise<number> {
  return new Promise((resolve) => clock.after(ms, () => resolve(clock.monotonic())))
}
