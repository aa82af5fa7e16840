import assert from 'node:assert/strict'
import { it } from 'node:test'
import { gapLoop } from './gaps/gap-loop.ts'
import { shown, wrong } from './gaps/shown.ts'

const cuts = 60

it(`devices that are cut off ${cuts} times, killed servers included, miss nothing and hear nothing twice`, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  t.diagnostic(`npm run gaps -- --cuts 300 --seed ${seed}`)
  const report = await gapLoop({ cuts, seed })
  t.diagnostic(shown(report))
  assert.equal(wrong(report), undefined)
})
