// Draws the pictures of docs/pictures anew, and the tables of docs/terminal.md.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pictures } from './pictures.ts'
import { withTables } from './tables.ts'

const docs = join(import.meta.dirname, '../../../../docs')
const page = join(docs, 'terminal.md')

for (const [name, picture] of pictures()) await writeFile(join(docs, 'pictures', name), picture)
await writeFile(page, withTables(await readFile(page, 'utf8')))
