import { withoutNats } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { clusterLoop } from './cluster/cluster-loop.ts'
import { shown, wrong } from './cluster/shown.ts'

const seconds = 20

it(
  `three nodes lose and double nothing and agree on everything while one fault follows another for ${seconds} seconds`,
  { skip: withoutNats, timeout: 180_000 },
  async (t) => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    t.diagnostic(`npm run cluster-check -- --seconds 3600 --seed ${seed}`)
    const report = await clusterLoop({ seconds, seed })
    t.diagnostic(shown(report))
    assert.equal(wrong(report), undefined)
    assert.ok(report.taken > 100 && report.compared > 0, 'there was something to be lost, and to be compared')
  },
)
