/** Writes the table of limits into docs/operating.md, from `limit-table.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limitPage } from './limit-page.ts'

const file = join(import.meta.dirname, '../../../docs/operating.md')
const page = readFileSync(file, 'utf8')
const wanted = limitPage()
const header = wanted.split('\n', 1)[0]!
const start = page.indexOf(header)
if (start < 0) throw new Error(`docs/operating.md has no table that begins with ${header}`)
writeFileSync(file, page.slice(0, start) + wanted + page.slice(page.indexOf('\n\n', start)))
