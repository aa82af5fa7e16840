import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { campaign } from './campaign.ts'

describe('fuzzing', () => {
  it('finds nothing that throws, hangs, speaks wrong words or stays behind within some seconds', async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    context.diagnostic(`seed ${seed}: npm run fuzz -- --seed ${seed}`)
    const { failure } = await campaign({ seed, ms: 4_000, say: (line) => context.diagnostic(line) })
    if (failure) assert.fail(failure)
  })
})
