import { SeededRandom } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceTokenHash, makeDeviceToken } from './device-tokens.ts'

test('a device token is 32 bytes of chance in characters that any place takes, and its hash does not show it', () => {
  const random = new SeededRandom(1)
  const [one, other] = [makeDeviceToken(random), makeDeviceToken(random)]
  assert.match(one.token, /^[A-Za-z0-9_-]{43}$/)
  assert.notEqual(one.token, other.token)
  assert.equal(one.hash, deviceTokenHash(one.token))
  assert.match(one.hash, /^[0-9a-f]{64}$/)
})
