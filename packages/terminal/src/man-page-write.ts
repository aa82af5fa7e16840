import { writeFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import manifest from '../package.json' with { type: 'json' }
import { commandLine } from './command-line.ts'
import { manPage } from './man-page.ts'

const nowhere = { output: new PassThrough(), errors: new PassThrough() }
const nobody = async () => {}
const runners = {
  serve: nobody,
  user: nobody,
  hook: nobody,
  client: nobody,
  completion: nobody,
  backup: nobody,
  restore: nobody,
  doctor: nobody,
  configCheck: nobody,
  admin: nobody,
  top: nobody,
}
writeFileSync(new URL('../man/parley.1', import.meta.url), manPage(commandLine(nowhere, runners), manifest.version))
