import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Passwords } from '../src/ports/passwords.ts'

/** The promises of the passwords port. */
export function passwordsSuite(name: string, open: () => Passwords): void {
  suite(`${name} keeps the promises of passwords`, () => {
    for (const password of ['', 'pässwörd 🔑', 'x'.repeat(5_000)])
      test(`the password that was hashed is right: ${JSON.stringify(password.slice(0, 20))}`, async () => {
        const passwords = open()
        assert.equal(await passwords.verify(await passwords.hash(password), password), true)
      })

    test('any other is wrong, however alike', async () => {
      const passwords = open()
      const hash = await passwords.hash('secret')
      const wrong = ['', 'Secret', 'secret ', 'secret\0', hash]
      const answers = await Promise.all(wrong.map((password) => passwords.verify(hash, password)))
      assert.deepEqual(answers.map((right, index) => right && wrong[index]).filter(Boolean), [])
    })

    test('one hash says nothing about another password', async () => {
      const passwords = open()
      const [ann, bob] = await Promise.all([passwords.hash('of ann'), passwords.hash('of bob')])
      assert.equal(await passwords.verify(ann, 'of bob'), false)
      assert.equal(await passwords.verify(bob, 'of bob'), true)
    })

    test('without a hash every password is wrong', async () => {
      const passwords = open()
      for (const password of ['', 'null']) assert.equal(await passwords.verify(null, password), false)
    })

    test('a hash that is none matches nothing', async () => {
      const passwords = open()
      for (const hash of ['', 'secret', '$argon2id$v=19$m=19456,t=2,p=1$$'])
        assert.equal(await passwords.verify(hash, 'secret'), false)
    })
  })
}
