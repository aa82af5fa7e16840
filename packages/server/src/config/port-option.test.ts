import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocols } from '@parley/protocols'
import { parseListenerUrl } from './listener-url.ts'

test('an option that is a port takes nothing but a port, 0 or nothing (J-16)', () => {
  const parse = (files: string) => parseListenerUrl(`json://?files=${files}`, protocols, { host: '127.0.0.1' })
  for (const files of ['', '0', '1358', '65535']) {
    const parsed = parse(files)
    assert.equal(parsed.ok && parsed.value.options['files'], files)
  }
  for (const files of ['65536', '-1', '1e3', 'any', '12345678']) {
    const parsed = parse(files)
    assert.match(
      parsed.ok ? '' : parsed.message,
      /the option "files" cannot be .*; write a port from 0 to 65535$/,
      files,
    )
  }
})
