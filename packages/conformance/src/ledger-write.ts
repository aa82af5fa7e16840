import { writeFileSync } from 'node:fs'
import { ledgerPagePath, readChapters, readExcuses } from './ledger-files.ts'
import { ledgerPage } from './ledger-page.ts'
import { ledgerOf } from './ledger.ts'
import { loadTranscripts } from './load.ts'

// `npm run ledger`
const ledger = ledgerOf(readChapters(), readExcuses(), loadTranscripts())
writeFileSync(ledgerPagePath, ledgerPage(ledger))
for (const problem of ledger.problems) process.stderr.write(`${problem}\n`)
process.exitCode = ledger.problems.length > 0 ? 1 : 0
