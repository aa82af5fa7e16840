import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { freshen } from './freshen.ts'
import { checkedProtocols } from './protocols.ts'

function fresh(
  lines: readonly string[],
  accounts: readonly { name: string; password: string }[] = [],
): readonly string[] {
  return freshen(lines.join('\n'), '48213', accounts, checkedProtocols).text.split('\n')
}

describe('fresh names', () => {
  it('stand in the bytes of packets, with their length', () => {
    const [, said = '', same = ''] = fresh([
      'ann connects by chatos',
      'ann -> hex 01 00 03 61 6e 6e',
      'ann -> hex 01 00 03 61 6e 6e',
    ])
    assert.match(said, /^ann -> hex 01 00 03(?: [3-7][0-9a-f]){3}$/)
    assert.notEqual(said, 'ann -> hex 01 00 03 61 6e 6e')
    assert.equal(same, said)
  })

  it('come with passwords, which may be cut', () => {
    const given = [{ name: 'zoe', password: 'another one' }]
    const lines = [
      'account eve "secret12"',
      'eve connects by cp',
      'eve -> raw "PASSsec"',
      '+20ms',
      'eve -> raw "ret12\\r\\n"',
    ]
    const [, , first = '', , second = ''] = fresh(lines, given)
    assert.deepEqual([first, second], ['eve -> raw "PASSano"', 'eve -> raw "ther one\\r\\n"'])
    assert.deepEqual(
      fresh(['account eve "secret12"', 'eve signs in by cp', 'eve -> PASSsecret12'], given).at(-1),
      'eve -> PASSanother one',
    )
  })

  it('are found where time cuts them', () => {
    const lines = ['eve connects by helo', 'eve -> raw "HELO a"', '+200ms', 'eve -> raw "nn\\n"', 'eve <- +OK HELO ann']
    const [, first = '', time, second = '', reply = ''] = fresh(lines)
    const name = /^eve <- \+OK HELO (\w{3})$/.exec(reply)?.[1] ?? ''
    assert.notEqual(name, 'ann')
    assert.deepEqual(
      [first, time, second],
      [`eve -> raw "HELO ${name[0]}"`, '+200ms', `eve -> raw "${name.slice(1)}\\n"`],
    )
  })

  it('are whole words wherever they stand, in the case in which they stood', () => {
    const lines = ['# X-2: ann', 'Ann signs in by helo', 'bob signs in by helo', 'bob -> PM @ANN hi annie, ann']
    assert.deepEqual(fresh(lines), [
      '# X-2: ann',
      'Ann signs in by helo as Ann48213',
      'bob signs in by helo as bob48213',
      'bob -> PM @ANN48213 hi annie, ann48213',
    ])
  })

  it('are given to groups, and not to what nobody can be called', () => {
    const lines = ['ann signs in by helo', 'ann -> CREATE_GROUP cats', 'ann -> PM @server hi', 'ann -> KICK cats user']
    assert.deepEqual(fresh(lines).slice(1), [
      'ann -> CREATE_GROUP cats48213',
      'ann -> PM @server hi',
      'ann -> KICK cats48213 user',
    ])
  })

  it('leave names alone that are there to be refused, and keep the length of those that are there for it', () => {
    const [, short, longest] = fresh(['x connects by ident', 'x -> IDENT ab', 'x -> IDENT abcdefghijklmn'])
    assert.equal(short, 'x -> IDENT ab')
    assert.match(longest ?? '', /^x -> IDENT [a-z][a-z0-9]{13}$/)
    assert.notEqual(longest, 'x -> IDENT abcdefghijklmn')
  })

  it('keep their length where bytes are given, also across two pieces', () => {
    const [, one, two, three] = fresh([
      'ann connects by ident',
      'ann -> raw "IDENT a"',
      'ann -> raw "nn\\n"',
      'ann <- OK IDENT ann',
    ])
    const [, first = ''] = /^ann -> raw "IDENT ([a-z])"$/.exec(one ?? '') ?? []
    const [, rest = ''] = /^ann -> raw "([a-z0-9]{2})\\n"$/.exec(two ?? '') ?? []
    assert.equal(three, `ann <- OK IDENT ${first}${rest}`)
    assert.notEqual(first + rest, '')
  })

  it('become the accounts that were given, with their passwords', () => {
    const lines = [
      'account Dolce "vita2048"',
      'x connects by cp',
      'x -> USERdolce',
      'x -> PASSvita2048',
      'x -> PASSvita',
    ]
    assert.deepEqual(fresh(lines, [{ name: 'Test_1', password: 'pw"1' }]), [
      'account Test_1 "pw\\"1"',
      'x connects by cp',
      'x -> USERtest_1',
      'x -> PASSpw"1',
      'x -> PASSvita',
    ])
  })

  it('come with ids that nobody else has', () => {
    const id = '2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d'
    const [, one, two] = fresh(['ann connects by json-files', `ann -> R${id}`, `ann <- S${id}`])
    assert.match(one ?? '', /^ann -> R[0-9a-f-]{36}$/)
    assert.notEqual(one, `ann -> R${id}`)
    assert.equal(two?.slice(8), one?.slice(8))
  })
})
