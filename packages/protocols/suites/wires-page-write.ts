import { writeFileSync } from 'node:fs'
import { wiresPage } from './wires-page.ts'

// `npm run pages`
writeFileSync(new URL('../../../docs/what-each-protocol-can-say.md', import.meta.url), wiresPage())
