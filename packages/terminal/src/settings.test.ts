import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultDataDirectory } from '@parley/server'
import { settingsOf } from './settings.ts'

test('without options the defaults hold, in the usual data directory', async () => {
  assert.deepEqual(await settingsOf({}), {
    ok: true,
    settings: { ...defaultSettings, data: defaultDataDirectory() },
  })
})

test('options go before the file, and the file before the defaults', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-settings-'))
  const config = join(directory, 'p.jsonc')
  await writeFile(
    config,
    `{ "name": "File", "host": "::1", "listen": ["ident://:1"], "data": "d", "log": { "level": "warn", "file": "l" },
      "tls": { "certificate": "c", "key": "k" }, "limits": { "frame": 2000, "messageRate": "1/1" } }`,
  )
  const file = await settingsOf({ config })
  const both = await settingsOf({
    config,
    name: 'Option',
    host: '0.0.0.0',
    listen: ['ident://:2'],
    data: 'here',
    logLevel: 'debug',
    tlsKey: 'other',
    rateLimit: 'off',
  })
  await rm(directory, { recursive: true })
  assert.ok(file.ok && both.ok)
  assert.deepEqual(file.settings, {
    ...defaultSettings,
    name: 'File',
    host: '::1',
    listen: ['ident://:1'],
    data: join(directory, 'd'),
    log: { level: 'warn', file: join(directory, 'l') },
    tls: { certificate: join(directory, 'c'), key: join(directory, 'k') },
    limits: { ...defaultSettings.limits, frame: 2000, messageRate: { burst: 1, perSecond: 1 } },
  })
  assert.deepEqual(both.settings, {
    ...file.settings,
    name: 'Option',
    host: '0.0.0.0',
    listen: ['ident://:2'],
    data: 'here',
    log: { ...file.settings.log, level: 'debug' },
    tls: { certificate: join(directory, 'c'), key: 'other' },
    limits: { ...file.settings.limits, messageRate: null },
  })
})
