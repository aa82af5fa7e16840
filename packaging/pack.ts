/** `npm run pack`: makes `parley-VERSION.tgz` in the current directory, or in the one that is named. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stage } from './stage.ts'

const destination = resolve(process.argv[2] ?? '.')
const directory = mkdtempSync(join(tmpdir(), 'parley-pack-'))
try {
  stage(directory)
  const args = ['pack', '--silent', '--pack-destination', destination]
  const { status } = spawnSync('npm', args, { cwd: directory, stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  rmSync(directory, { recursive: true })
}
