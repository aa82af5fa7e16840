import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPublicAddress } from './public-address.ts'

describe('a public address', () => {
  it('is one that anybody could reach', () => {
    for (const address of ['93.184.215.14', '8.8.8.8', '2606:2800:21f:cb07::1', '2a00::1']) {
      assert.ok(isPublicAddress(address), address)
    }
  })

  it('is none of this machine, of a private network, of a cloud’s metadata, or hidden in another', () => {
    const addresses = [
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::7f00:1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001::1',
      'fe80::1',
      'fd00::1',
      'ff02::1',
      'localhost',
      '',
    ]
    for (const address of addresses) assert.equal(isPublicAddress(address), false, address)
  })
})
