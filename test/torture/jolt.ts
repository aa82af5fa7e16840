/**
 * Loaded into a tortured server before anything else. SIGUSR2 has its calendar jump to where the file that PARLEY_JOLT names
 * says, in milliseconds from the true time, and has it write down what it holds open.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const file = process.env['PARLEY_JOLT']
const now = Date.now
let offset = 0

Date.now = () => now() + offset

if (file !== undefined) {
  process.on('SIGUSR2', () => {
    offset = Number(readFileSync(file, 'utf8'))
    const held: Record<string, number> = {}
    for (const name of process.getActiveResourcesInfo()) held[name] = (held[name] ?? 0) + 1
    writeFileSync(`${file}.held`, JSON.stringify(held))
  })
}
