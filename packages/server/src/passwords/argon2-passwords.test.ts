import { passwordsSuite } from '@parley/core/suites'
import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { test } from 'node:test'
import { Argon2Passwords } from './argon2-passwords.ts'

passwordsSuite('argon2id', () => new Argon2Passwords())

test('a hash is a PHC string of the recommended cost, with a salt of its own, and tells nothing', async () => {
  const passwords = new Argon2Passwords()
  const hashes = await Promise.all(['secret', 'secret'].map((password) => passwords.hash(password)))
  for (const hash of hashes) {
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.doesNotMatch(hash, /secret/)
  }
  assert.notEqual(hashes[0], hashes[1])
})

test('a hash of another cost, from elsewhere, is verified at its own cost', async () => {
  const salt = Buffer.from('some other salt')
  const tag = argon2Sync('argon2id', {
    message: 'secret',
    nonce: salt,
    memory: 64,
    passes: 3,
    parallelism: 2,
    tagLength: 24,
  })
  const [saltText, tagText] = [salt, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''))
  const hash = `$argon2id$v=19$m=64,t=3,p=2$${saltText}$${tagText}`
  const passwords = new Argon2Passwords()
  assert.equal(await passwords.verify(hash, 'secret'), true)
  assert.equal(await passwords.verify(hash, 'Secret'), false)
  assert.equal(await passwords.verify(hash.replace('t=3', 't=2'), 'secret'), false)
})

test('a malformed hash matches nothing, also where argon2 itself would throw', async () => {
  const passwords = new Argon2Passwords()
  const good = await passwords.hash('secret')
  const bad = [
    good.replace('argon2id', 'argon2i'),
    good.replace('m=19456', 'm=7'),
    good.replace('t=2', 't=0'),
    good.replace('p=1', 'p=0'),
    good.slice(0, -30),
    `${good}$`,
    good.replace('m=19456', 'm=99999999'),
  ]
  const answers = await Promise.all(bad.map((hash) => passwords.verify(hash, 'secret')))
  assert.deepEqual(
    bad.filter((_, index) => answers[index]),
    [],
  )
})

test('an accented letter is the same, composed or not', async () => {
  const passwords = new Argon2Passwords()
  assert.equal(await passwords.verify(await passwords.hash('caf\u00e9'), 'cafe\u0301'), true)
})

test('of a storm of sign-ins everybody gets the right answer', async () => {
  const passwords = new Argon2Passwords()
  const hash = await passwords.hash('secret')
  const tries = ['secret', 'guess', 'secret', 'Secret']
  const answers = await Promise.all(tries.map((password) => passwords.verify(hash, password)))
  assert.deepEqual(
    answers,
    tries.map((password) => password === 'secret'),
  )
})
