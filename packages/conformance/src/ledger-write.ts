import { writeFileSync } from 'node:fs'
import { leftOut } from './check/left-out.ts'
import { ledgerPagePath, readLedger } from './ledger-files.ts'
import { ledgerPage } from './ledger-page.ts'

// `npm run ledger`
const ledger = readLedger()
writeFileSync(ledgerPagePath, ledgerPage(ledger, leftOut()))
for (const problem of ledger.problems) process.stderr.write(`${problem}\n`)
process.exitCode = ledger.problems.length > 0 ? 1 : 0
