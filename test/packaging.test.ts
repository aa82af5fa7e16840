import { defaultSettings, listenersOf, plannedPorts, schemes } from '@parley/server'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const packaging = join(import.meta.dirname, '..', 'packaging')
const systemd = spawnSync('systemd-analyze', ['--version']).status === 0

const units = ['parley.service', 'parley.socket']

describe('the units for systemd', () => {
  it('are understood, and expose little', { skip: !systemd && 'systemd-analyze is not installed' }, () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-unit-'))
    const paths = units.map((unit) => join(directory, unit))
    for (const [at, path] of paths.entries()) {
      // Neither the command nor its man page is installed here.
      const text = readFileSync(join(packaging, units[at]!), 'utf8')
      writeFileSync(path, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true').replace(/^Documentation=.*\n/m, ''))
    }
    try {
      for (const args of [
        ['verify', ...paths],
        ['security', '--offline=yes', '--threshold=12', paths[0]!],
      ]) {
        const { status, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
        assert.deepEqual([status, stderr], [0, ''])
      }
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('open the ports that the server has by default', () => {
    const listeners = listenersOf(defaultSettings, schemes)
    assert.ok(listeners.ok)
    const wanted = plannedPorts(listeners.value).map(({ host, port }) => `${host}:${port}`)
    const text = readFileSync(join(packaging, 'parley.socket'), 'utf8')
    const opened = [...text.matchAll(/^ListenStream=(.*)$/gm)].map(([, address]) => address)
    assert.deepEqual(opened, wanted)
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

  it('takes a base of one release, names its programs by lists, and fetches nothing else', () => {
    for (const image of said('FROM')) assert.match(image, /^\S+:\d[\w.-]*( AS \w+)?$/)
    for (const list of [...said('ENTRYPOINT'), ...said('CMD')]) assert.ok(Array.isArray(JSON.parse(list)))
    assert.deepEqual([said('ADD'), said('USER').includes('root')], [[], false])
    for (const path of said('WORKDIR')) assert.match(path, /^\//)
  })

  it('runs as nobody special, over a volume', () => {
    assert.deepEqual([said('USER'), said('VOLUME')], [['node'], ['/data']])
    assert.ok(said('ENV').some((line) => line.includes('PARLEY_DATA=/data')))
  })
})
