import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mayConnect, parseOrigins } from './origins.ts'

describe('the origins whose pages may connect', () => {
  const asks = (origin: string | undefined, host: string | undefined, localAddress = '192.0.2.1', listed = '') =>
    mayConnect({ origin, host, localAddress, listed: parseOrigins(listed) })

  it('are those of this very host and port, whatever the case', () => {
    assert.ok(asks('http://chat.example:7080', 'Chat.example:7080'))
    assert.ok(asks('https://chat.example', 'chat.example'))
    assert.equal(asks('http://chat.example:7081', 'chat.example:7080'), false)
    assert.equal(asks('http://evil.example', 'chat.example:7080'), false)
    assert.equal(asks('http://chat.example', undefined), false)
  })

  it('are not asked of programs, which have none', () => {
    assert.ok(asks(undefined, 'chat.example'))
  })

  it('are those that are listed', () => {
    const listed = 'https://chat.example  https://other.example:444 nonsense'
    assert.ok(asks('https://chat.example', '127.0.0.1:7080', '127.0.0.1', listed))
    assert.ok(asks('https://other.example:444', '127.0.0.1:7080', '127.0.0.1', listed))
    assert.equal(asks('http://chat.example', '127.0.0.1:7080', '127.0.0.1', listed), false)
  })

  it('are no opaque ones, and no other schemes', () => {
    assert.equal(asks('null', 'null'), false)
    assert.equal(asks('file://', ''), false)
    assert.equal(asks('', ''), false)
  })

  it('are names of this machine where it is reached at a loopback address', () => {
    assert.ok(asks('http://localhost:7080', 'localhost:7080', '127.0.0.1'))
    assert.ok(asks('http://127.0.0.1:7080', '127.0.0.1:7080', '127.0.0.1'))
    assert.ok(asks('http://[::1]:7080', '[::1]:7080', '::1'))
    assert.equal(asks('http://rebound.example:7080', 'rebound.example:7080', '127.0.0.1'), false)
  })
})
