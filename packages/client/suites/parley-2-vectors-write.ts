import { writeFile } from 'node:fs/promises'
import { newVectors } from './parley-2-vectors.ts'

const file = new URL('../vectors/parley-2.json', import.meta.url)
await writeFile(file, `${JSON.stringify(await newVectors(), null, 2)}\n`)
