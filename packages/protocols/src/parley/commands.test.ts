import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { commands } from './commands.ts'

const schema = new URL('../../../../docs/protocols/parley.schema.json', import.meta.url)

it('every command has its schema, and every schema of a request its command', () => {
  const { $defs } = JSON.parse(readFileSync(schema, 'utf8')) as { $defs: { requests: { [name: string]: unknown } } }
  assert.deepEqual(Object.keys(commands).sort(), Object.keys($defs.requests).sort())
})
