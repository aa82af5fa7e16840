import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announcement } from './announce.ts'

const listening = [
  { protocol: 'idents', host: '127.0.0.1', port: 1337 },
  { protocol: 'json', host: '::1', port: 49_152 },
]

test('programs get one JSON line per listener, in order, and then that the server is ready', () => {
  assert.equal(
    announcement(listening, '/data', 'json'),
    '{"event":"listening","protocol":"idents","host":"127.0.0.1","port":1337}\n' +
      '{"event":"listening","protocol":"json","host":"::1","port":49152}\n' +
      '{"event":"ready"}\n',
  )
})

test('people get URLs that can be copied', () => {
  assert.equal(
    announcement(listening, '/data', 'text'),
    'Parley listens on\n  idents://127.0.0.1:1337\n  json://[::1]:49152\nIts data is in /data. Ctrl-C stops it.\n',
  )
})
