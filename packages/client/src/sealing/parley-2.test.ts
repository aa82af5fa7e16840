import assert from 'node:assert/strict'
import {
  createPrivateKey,
  createPublicKey,
  checkPrimeSync,
  privateDecrypt,
  publicEncrypt,
  constants,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromBase64, looksLikeSessionKey, looksSealed, toBase64 } from '@parley/protocols'
import { newVectors, readerOf, writerOf, type Parley2Vectors } from '../../suites/parley-2-vectors.ts'
import { groupBlob, openGroupMessage, openGroupSession } from './group-message.ts'
import { sealingKeys } from './identity.ts'
import { carriedKey } from './key-carrier.ts'
import {
  claimedSender,
  messageHead,
  openMessage,
  openOwnSession,
  openSession,
  sealMessage,
  type Session,
} from './parley-2.ts'
import { openFile } from './sealed-file.ts'

const checkedIn: Parley2Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/parley-2.json', import.meta.url), 'utf8'),
)

for (const [where, vectors] of [
  ['that are checked in', checkedIn],
  ['that are made now', await newVectors()],
] as const) {
  describe(`the vectors of parley-2 ${where}`, () => {
    const { from, to, session, messages } = vectors
    const [writer, reader] = [writerOf(from), writerOf(to)]
    const opened = () => openSession(session.token, readerOf(from), reader) as Promise<Session>

    it('open with the keys of the receiver, and of the sender', async () => {
      const { id, madeAt, previous } = await opened()
      assert.deepEqual({ token: session.token, id, madeAt, previous }, session)
      const own = (await openOwnSession(session.token, writer, readerOf(to))) as Session
      for (const { counter, text, message } of messages) {
        assert.equal(await openMessage(await opened(), message), text)
        assert.equal(await openMessage(own, message), text)
        assert.equal(await sealMessage(own, counter, text), message, 'sealed again it is the same')
        assert.deepEqual(messageHead(message), { id, counter })
      }
    })

    it('have the form by which servers and programs know what is sealed', () => {
      assert.equal(looksLikeSessionKey(session.token), true)
      assert.equal(session.token.length, 312)
      for (const { message } of messages) assert.equal(looksSealed(message), true)
    })

    it('open for nobody else, in no other name, and in no other direction', async () => {
      const { token } = session
      const others = [
        openSession(token, readerOf(from), { ...reader, name: 'user_3' }),
        openSession(token, { ...readerOf(from), name: 'user_3' }, reader),
        openSession(token, readerOf(to), reader),
        openSession(token, readerOf(from), writer),
        openOwnSession(token, writer, { ...readerOf(to), name: 'user_3' }),
        openOwnSession(token, reader, readerOf(from)),
      ]
      assert.deepEqual(await Promise.all(others), [null, null, null, null, null, null])
    })

    it('do not open when one bit of any byte is another', async () => {
      const key = await opened()
      const message = fromBase64(messages[2]!.message)!
      for (const index of message.keys()) {
        const changed = message.with(index, message[index]! ^ (1 << (index % 8)))
        assert.equal(await openMessage(key, toBase64(changed)), null, `byte ${index}`)
      }
      const token = fromBase64(session.token)!
      for (let index = 0; index < 133; index += 3) {
        const changed = token.with(index, token[index]! ^ (1 << (index % 8)))
        assert.equal(await openSession(toBase64(changed), readerOf(from), reader), null, `byte ${index}`)
      }
    })

    it('are not opened where they are cut, longer or nothing of the kind', async () => {
      const key = await opened()
      const { message } = messages[3]!
      for (const wrong of ['', 'hello', message.slice(0, -64), `${message}AAAA`, `AgAA${message}`, session.token]) {
        assert.equal(await openMessage(key, wrong), null)
        assert.equal(claimedSender(wrong === session.token ? message : wrong), null)
      }
    })

    it('hold a file and a message of a group', async () => {
      const { file, group } = vectors
      const envelope = async function* () {
        yield fromBase64(file.envelope)!
      }
      const { name, session: copy, bytes } = await openFile(envelope(), readerOf(from), reader)
      const pieces: Uint8Array[] = []
      for await (const piece of bytes) pieces.push(piece)
      assert.deepEqual([name, copy.madeAt, toBase64(Buffer.concat(pieces))], [file.name, file.madeAt, file.content])
      const blob = groupBlob(group.sealed)!
      const key = (await openGroupSession('cooks', readerOf(from), reader, blob.parts))!
      assert.equal(await openGroupMessage(key, 'COOKS', blob), group.text)
    })
  })
}

describe('a public key of parley-2', () => {
  it('is an RSA key that everybody can encrypt to, of two primes, and carries the key of the same identity', () => {
    for (const { identity } of [checkedIn.from, checkedIn.to]) {
      const key = createPrivateKey({ key: identity.privateKey, encoding: 'base64', format: 'der', type: 'pkcs8' })
      const publicKey = createPublicKey({ key: Buffer.from(identity.publicKey, 'base64'), format: 'der', type: 'spki' })
      assert.deepEqual(publicKey.asymmetricKeyDetails, { modulusLength: 3_072, publicExponent: 65_537n })
      const { p = '', q = '' } = key.export({ format: 'jwk' })
      assert.notEqual(p, q)
      for (const prime of [p, q]) assert.equal(checkPrimeSync(Buffer.from(prime, 'base64url'), { checks: 40 }), true)
      for (const padding of [constants.RSA_PKCS1_PADDING, constants.RSA_PKCS1_OAEP_PADDING]) {
        const encrypted = publicEncrypt({ key: publicKey, padding }, Buffer.from('hello'))
        assert.equal(privateDecrypt({ key, padding }, encrypted).toString(), 'hello')
      }
      const x25519 = {
        kty: 'OKP',
        crv: 'X25519',
        d: toUrl(identity.sealingKey ?? ''),
        x: toUrl(toBase64(carriedKey(identity.publicKey)!)),
      }
      const derived = createPublicKey(createPrivateKey({ key: x25519, format: 'jwk' })).export({ format: 'jwk' })
      assert.equal(derived.x, x25519.x)
    }
  })

  it('is told from every other one', () => {
    const { publicKey, privateKey } = checkedIn.from.identity
    assert.equal(carriedKey(publicKey)?.length, 32)
    const bytes = fromBase64(publicKey)!
    for (const at of [0, 30, bytes.length - 1, bytes.length - 6, bytes.length - 46]) {
      assert.equal(carriedKey(toBase64(bytes.with(at, bytes[at]! ^ 2))), null, `byte ${at}`)
    }
    for (const other of ['', 'AAAA', privateKey, toBase64(bytes.slice(1))]) assert.equal(carriedKey(other), null)
    assert.equal(sealingKeys({ publicKey, privateKey }), null)
    assert.equal(sealingKeys({ publicKey, privateKey, sealingKey: 'AAAA' }), null)
  })
})

function toUrl(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64url')
}
