import { schemes } from '@parley/server'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const packaging = join(import.meta.dirname, '..', 'packaging')
const systemd = spawnSync('systemd-analyze', ['--version']).status === 0

describe('the unit for systemd', () => {
  it('is understood, and exposes little', { skip: !systemd && 'systemd-analyze is not installed' }, () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-unit-'))
    const unit = join(directory, 'parley.service')
    // Neither the command nor its man page is installed here.
    const text = readFileSync(join(packaging, 'parley.service'), 'utf8')
    writeFileSync(unit, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true').replace(/^Documentation=.*\n/m, ''))
    try {
      for (const args of [
        ['verify', unit],
        ['security', '--offline=yes', '--threshold=20', unit],
      ]) {
        const { status, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
        assert.equal(status, 0, stderr)
      }
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

describe('the container file', () => {
  const lines = readFileSync(join(packaging, 'Containerfile'), 'utf8').split('\n')
  const said = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))

  it('exposes every default port, and that of the files of json', () => {
    const ports = schemes.flatMap(({ name, port }) => (name === 'json' ? [port, port + 1] : [port]))
    assert.deepEqual(said('EXPOSE'), [ports.toSorted((one, other) => one - other).join(' ')])
  })

  it('runs as nobody special, over a volume', () => {
    assert.deepEqual([said('USER'), said('VOLUME')], [['node'], ['/data']])
    assert.ok(said('ENV').some((line) => line.includes('PARLEY_DATA=/data')))
  })
})
