import assert from 'node:assert/strict'
import { it } from 'node:test'
import { shown, wrong } from './torture/shown.ts'
import { torture } from './torture/torture-loop.ts'

it('a server that is killed, stopped, filled, set to another day and cut off keeps all its promises', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`npm run torture -- --faults 2 --seed ${seed}`)
  const report = await torture({ seed, faults: 2, ms: Infinity })
  t.diagnostic(shown(report))
  assert.equal(wrong(report), undefined)
  assert.ok(report.taken > 100 && report.done['kill -9'] === 1)
})
