import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemRandom } from '../system-random.ts'
import { hookTokenHash, makeHookSecret, makeHookToken, sign } from './hook-secrets.ts'

describe('what hooks are known by', () => {
  it('is a token that nobody could guess, of which the hash is kept', () => {
    const { token, hash } = makeHookToken(systemRandom)
    assert.match(token, /^[A-Za-z0-9_-]{43}$/)
    assert.equal(hookTokenHash(token), hash)
    assert.notEqual(makeHookToken(systemRandom).token, token)
    assert.match(makeHookSecret(systemRandom), /^whsec_[A-Za-z0-9+/]{43}=$/)
  })

  // The example of the specification of Standard Webhooks.
  it('signs as Standard Webhooks does', () => {
    const body = '{"test": 2432232314}'
    const at = 1_614_265_330_999
    assert.deepEqual(sign('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body), {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})
