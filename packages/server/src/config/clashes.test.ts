import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clashIn, plannedPorts } from './clashes.ts'
import { listenersOf } from './listeners.ts'

function clash(...listen: readonly string[]): string | null {
  const listeners = listenersOf({ listen, host: '127.0.0.1', tls: { certificate: 'c', key: 'k' } }, protocols)
  assert.ok(listeners.ok)
  return clashIn(plannedPorts(listeners.value))
}

describe('listeners of one server', () => {
  it('have ports of their own by default', () => {
    assert.equal(clash(), null)
    assert.equal(clash('ident://:0', 'helo://:0', 'json://:0'), null)
    assert.equal(clash('ident://127.0.0.1:1337', 'helo://127.0.0.2:1337'), null)
  })

  it('that want the same port are named, whatever else they speak', () => {
    assert.match(
      clash('ident://:1337', 'helos://:1337') ?? '',
      /^ident:\/\/127\.0\.0\.1:1337 and helos:\/\/127\.0\.0\.1:1337 are the same port; give one of them another/,
    )
    assert.match(clash('json://:1337', 'ident://:1338') ?? '', /^json-files:\/\/127\.0\.0\.1:1338 and ident:/)
    assert.equal(clash('json://:1337?files=1400', 'ident://:1338'), null)
  })

  it('on every address clash with those on one', () => {
    assert.match(clash('ident://127.0.0.1:1337', 'cp://0.0.0.0:1337') ?? '', /are the same port/)
    assert.match(clash('ident://[::]:1337', 'cp://127.0.0.1:1337') ?? '', /^ident:\/\/\[::\]:1337 and cp:/)
  })
})
