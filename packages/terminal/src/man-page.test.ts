import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import manifest from '../package.json' with { type: 'json' }
import { commandLine } from './command-line.ts'
import { listed, withAllBelow } from './command-listing.ts'
import { manPage } from './man-page.ts'

const file = fileURLToPath(new URL('../man/parley.1', import.meta.url))
const streams = { output: new PassThrough(), errors: new PassThrough() }
const nobody = async () => {}
const program = commandLine(streams, {
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
})
const groff = spawnSync('groff', ['--version']).status === 0

describe('the man page', () => {
  it('is made from the commands as they are (npm run pages)', () => {
    assert.equal(readFileSync(file, 'utf8'), manPage(program, manifest.version))
  })

  it(
    'reads without a warning, and holds every command and option',
    { skip: !groff && 'groff is not installed' },
    () => {
      const { stdout, stderr } = spawnSync('groff', ['-man', '-Tascii', '-P-cbou', '-ww', file], { encoding: 'utf8' })
      assert.equal(stderr, '')
      for (const { path, options } of withAllBelow(listed(program))) {
        assert.ok(stdout.includes(['parley', ...path].join(' ')), path.join(' '))
        for (const { long } of options) assert.ok(stdout.includes(long), long)
      }
    },
  )
})
