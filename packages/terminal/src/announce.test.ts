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

test('people see which of them a browser opens', () => {
  const web = [
    { protocol: 'http', host: '127.0.0.1', port: 7080 },
    { protocol: 'https', host: '::', port: 7443 },
  ]
  assert.equal(
    announcement([...listening, ...web], '/data', 'text'),
    'Parley listens on\n  idents://127.0.0.1:1337\n  json://[::1]:49152\n' +
      '  http://127.0.0.1:7080  open this in a browser\n  https://[::]:7443  open this in a browser\n' +
      'Its data is in /data. Ctrl-C stops it.\n',
  )
})
