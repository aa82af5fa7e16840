import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { it } from 'node:test'

const program = `
  import { createRequire } from 'node:module'
  const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('@nats-io')).length
  await import('./packages/terminal/src/serve.ts')
  const alone = loaded()
  await import('./packages/server/src/cluster/nats/index.ts')
  console.log(alone, loaded() > 0)
`

it('a server that is alone loads nothing of NATS', () => {
  const options = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', program]
  const said = execFileSync(process.execPath, options, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' })
  assert.equal(said.trim(), '0 true')
})
