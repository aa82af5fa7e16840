import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { scratchDirectory } from '../../testing/scratch.ts'
import { readCertificate, validityProblem } from './certificate.ts'

const fixtures = join(import.meta.dirname, '../../../../test/fixtures')
const tls = { certificate: join(fixtures, 'localhost.crt'), key: join(fixtures, 'localhost.key') }
const openssl = spawnSync('openssl', ['version']).status === 0
const day = 86_400_000

describe('a certificate', () => {
  it('is read with its key, or there is none', () => {
    const read = readCertificate({ tls })
    assert.ok(read.ok)
    assert.match(read.value?.cert ?? '', /BEGIN CERTIFICATE/)
    assert.deepEqual(readCertificate({ tls: null }), { ok: true, value: null })
  })

  it('that cannot be used is refused with the file and what to name instead', (t) => {
    const directory = scratchDirectory(t)
    const nonsense = join(directory, 'nonsense.pem')
    writeFileSync(nonsense, 'nonsense')
    const rows: [{ certificate: string; key: string }, RegExp][] = [
      [
        { ...tls, certificate: join(directory, 'missing') },
        /cannot read the TLS file .*missing: there is no such file/,
      ],
      [{ ...tls, certificate: nonsense }, /nonsense\.pem is no certificate in PEM; write the file that begins with/],
      [{ ...tls, key: nonsense }, /nonsense\.pem is no private key in PEM without a passphrase; write the file/],
    ]
    for (const [files, message] of rows) {
      const read = readCertificate({ tls: files })
      assert.match(read.ok ? '' : read.message, message)
    }
  })

  it('with the key of another is refused', { skip: !openssl && 'there is no openssl' }, (t) => {
    const directory = scratchDirectory(t)
    const key = join(directory, 'other.key')
    execFileSync('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', key])
    const read = readCertificate({ tls: { ...tls, key } })
    assert.match(read.ok ? '' : read.message, /other\.key does not belong to the certificate .*localhost\.crt/)
  })

  it(
    'that has expired, or soon will, or is not valid yet, is told',
    { skip: !openssl && 'there is no openssl' },
    (t) => {
      const directory = scratchDirectory(t)
      const [certificate, key] = ['new.crt', 'new.key'].map((file) => join(directory, file)) as [string, string]
      const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x']
      execFileSync('openssl', [...made, '-days', '30', '-out', certificate, '-keyout', key], { stdio: 'ignore' })
      const read = readCertificate({ tls: { certificate, key } })
      assert.ok(read.ok && read.value)
      const now = Date.now()
      assert.equal(validityProblem(read.value, now + day), null)
      const soon = validityProblem(read.value, now + 20 * day)
      assert.deepEqual([soon?.isOver, /expires in (9|10) days; renew it/.test(soon!.message)], [false, true])
      const over = validityProblem(read.value, now + 31 * day)
      assert.deepEqual([over?.isOver, /has expired at 2.*renew it, and then reload/.test(over!.message)], [true, true])
      const early = validityProblem(read.value, now - day)
      assert.deepEqual([early?.isOver, /is not valid before.*clock/.test(early!.message)], [true, true])
    },
  )
})
