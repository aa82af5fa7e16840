import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { limitPage } from './limit-page.ts'

test('docs/operating.md has the table of all limits', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operating.md'), 'utf8')
  const wanted = limitPage()
  assert.ok(page.includes(wanted), `docs/operating.md is to have the table that npm run pages writes`)
})
