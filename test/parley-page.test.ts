import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { messagesOfSchema, SchemaCheck } from './parley-schema.ts'

const page = readFileSync(new URL('../docs/protocols/parley.md', import.meta.url), 'utf8')
const schema = JSON.parse(readFileSync(new URL('../docs/protocols/parley.schema.json', import.meta.url), 'utf8')) as {
  readonly $defs: { readonly refusal: { readonly properties: { readonly error: { readonly enum: string[] } } } }
}

describe('the page of parley', () => {
  const check = new SchemaCheck()
  for (const [, block = ''] of page.matchAll(/^```\w*\n(.*?)^```$/gms)) {
    for (const line of block.split('\n')) {
      if (line.startsWith('> ')) check.client(line.slice(2))
      else if (line.startsWith('  {')) check.server(line.slice(2))
    }
  }

  it('shows no message that the schema does not have', () => {
    assert.deepEqual(check.problems, [])
  })

  it('shows every message that the schema has', () => {
    assert.deepEqual([...check.seen.requests].sort(), messagesOfSchema.requests.toSorted())
    assert.deepEqual([...check.seen.events].sort(), messagesOfSchema.events.toSorted())
    // What has no id is told nothing when it goes well.
    const silent = ['tunnel-data', 'tunnel-credit', 'tunnel-finish']
    const replies = messagesOfSchema.replies.filter((name) => !silent.includes(name))
    assert.deepEqual([...check.seen.replies].sort(), replies.sort())
  })

  it('lists the errors that the schema has', () => {
    const [, section = ''] = /^## Errors$(.*?)^## /ms.exec(page) ?? []
    const rows = section.split('\n').filter((line) => line.startsWith('| `') && !line.startsWith('| `error`'))
    const listed = rows.flatMap((row) => Array.from(row.split('|')[1]!.matchAll(/`([a-z-]+)`/g), ([, name]) => name))
    assert.deepEqual(new Set(listed), new Set(schema.$defs.refusal.properties.error.enum))
  })
})
