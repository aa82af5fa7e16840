import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { protocols } from '@parley/protocols'
import { matchLine } from '../match-line.ts'
import { inFieldWords } from './field-words.ts'
import { checkedProtocols } from './protocols.ts'

type Row = readonly [ruling: string, protocol: string, wanted: string, came: string]

const game = 'The game has started with the following participants:\\n - ann'
const rows: readonly Row[] = [
  ['I-1', 'ident', 'OK USERS zoe:bob', 'OK USERS bob:zoe'],
  ['I-3', 'ident', 'PRIVATE_MESSAGE ann hi', 'NPM ann hi'],
  ['I-3', 'ident', 'NPM ann c2VhbGVk', 'RECEIVE_PRIVATE_MSG ann c2VhbGVk'],
  ['I-5', 'ident', 'FAIL01 USER ALREADY LOGGED IN', 'FAIL01 User already logged in'],
  ['I-5', 'ident', 'FAIL03 USER MUST LOGIN FIRST', 'FAIL03 Please log in first'],
  ['I-9', 'ident', 'OK Goodbye', 'OK GOODBYE'],
  ['H-1', 'helo', 'HELO Welkom to <server>', 'HELO Welkom'],
  ['H-2', 'helo', '+SUCCESS [cats (ann, 1 members)]', "+SUCCESS [Group name='cats', admin='ann', members=[ann]]"],
  ['H-4', 'helo', '+SUCCESS [ann, bob, unknown]', "+SUCCESS ['ann', 'unknown', 'bob']"],
  ['H-6', 'helo', 'GROUP_MESSAGE [ann] hi', 'GROUP_MESSAGE cats: [ann] hi'],
  ['H-6', 'helo', '+SUCCESS user bob has been kicked out', '+SUCCESS user bob has been kicked out"'],
  ['H-8', 'helo', 'BCST [ann] (private) hi', 'PM ann hi'],
  ['P-7', 'cp', '240 message successfully sent', '200 message sent'],
  ['P-7', 'cp', '565 error authenticating user', '565 error authenticating password'],
  ['J-1', 'json', 'WELCOME {"msg": "<msg>"}', 'WELCOME {"message":"hi","status":null,"code":0}'],
  ['J-1', 'json', 'LOGIN_RESP {"status": "OK"}', 'LOGIN_RESP {"code":0,"status":"OK"}'],
  ['J-1', 'json', 'JOINED {"username": "bob"}', 'JOINED {"code":0,"status":null,"username":"bob"}'],
  ['J-1', 'json', 'BYE_RESP {"status": "OK"}', 'BYE_RESP {"code":0,"status":null}'],
  ['J-1', 'json', 'BROADCAST {"username":"a","message":"hi"}', 'BROADCAST {"username":"a","message":"\\"hi\\""}'],
  [
    'J-1',
    'json',
    'LIST_USERS_RESP {"status":"OK","users":["b","a"]}',
    'LIST_USERS_RESP {"code":0,"status":"OK","users":[null,"a","b"]}',
  ],
  [
    'J-1',
    'json',
    'PRIVATE_MESSAGE_RESP {"status":"ERROR","code":6001}',
    'PRIVATE_MESSAGE_RESP {"code":6001,"status":"ERROR","message":"Recipient not found"}',
  ],
  ['J-5', 'json', 'DSCN {"reason": 7000}', 'DSCN {"reason": 7000, "code": 7000}'],
  [
    'J-6',
    'json',
    'PRIVATE_MESSAGE {"sender":"a","message":"hi"}',
    'PRIVATE_MESSAGE {"code":0,"status":"OK","message":"{\\"sender\\":\\"a\\",\\"message\\":\\"hi\\",\\"code\\":0}"}',
  ],
  [
    'J-11',
    'json',
    'START_GAME_RESP {"status":"ERROR","code":6003}',
    'GAME_NOTIFICATION {"status":"ERROR","code":6003,"message":null}',
  ],
  ['J-11', 'json', 'START_GAME_RESP {"status":"OK"}', 'JOIN_GAME_RESP {"status":"OK","message":null,"code":0}'],
  [
    'J-11',
    'json',
    `GAME_NOTIFICATION {"status":"OK","message":"${game}"}`,
    `GAME_NOTIFICATION {"status":"OK","code":0,"message":"--- ${game}\\n---"}`,
  ],
  [
    'J-13',
    'json',
    'GUESS_NUMBER_RESP {"status":"ERROR","code":7005,"result":-1,"message":"Your guess is too low."}',
    'GUESS_NUMBER_RESP {"status":"TOO_LOW","code":0,"result":-1,"guess":0}',
  ],
  [
    'J-15',
    'json',
    'FILE_TRANSFER_REQUEST {"sender":"a","filename":"n.txt"}',
    'FILE_TRANSFER_REQUEST {"sender":"a","filename":"n.txt","size":0}',
  ],
  [
    'J-15',
    'json',
    'FILE_TRANSFER_REQUEST {"sender":"a","filename":"n","size":5,"checksum":"aa"}',
    'FILE_TRANSFER_REQUEST {"sender":"a","filename":"n","size":5}',
  ],
  [
    'J-15',
    'json',
    'FILE_TRANSFER_RESPONSE {"receiver":"b","status":"OK","transferId":"7"}',
    'FILE_TRANSFER_RESPONSE {"code":0,"status":"OK","sender":"a","transferId":"7"}',
  ],
  [
    'J-15',
    'json',
    'FILE_TRANSFER_RESPONSE {"status":"ERROR","code":10002}',
    'FILE_TRANSFER_RESPONSE {"code":0,"status":"NO","sender":"a","transferId":null}',
  ],
  [
    'J-15',
    'json',
    'FILE_TRANSFER_RESPONSE {"status":"ERROR","code":6001}',
    'PRIVATE_MESSAGE_RESP {"code":0,"status":"ERROR","message":"Recipient not found"}',
  ],
  ['J-17', 'json', 'SECURE_MESSAGE_REQ {"sender":"a"}', 'SECURE_MESSAGE_REQ {"receiver":"b","sender":"a"}'],
  [
    'J-17',
    'json',
    'SECURE_MESSAGE_RES {"receiver":"b","publicKey":"k"}',
    'SECURE_MESSAGE_RES {"sender":"a","receiver":"b","publicKey":"k"}',
  ],
  [
    'J-17',
    'json',
    'SECURE_MESSAGE_RES {"status":"ERROR","code":6001}',
    'PRIVATE_MESSAGE_RESP {"status":"ERROR","code":6001}',
  ],
  [
    'J-18',
    'json',
    'SECURE_MESSAGE {"sender":"a","sessionKey":"s","message":"m"}',
    'SECURE_MESSAGE {"sender":"a","receiver":"b","sessionKey":"s","encryptedMessage":"m"}',
  ],
]

/** Wrong, in the field too. */
const wrong: readonly (readonly [protocol: string, wanted: string, came: string])[] = [
  ['ident', 'OK USERS zoe:bob', 'OK USERS bob'],
  ['ident', 'FAIL01 USER ALREADY LOGGED IN', 'FAIL02 User already logged in'],
  ['ident', 'PRIVATE_MESSAGE ann hi', 'NPM bob hi'],
  ['helo', '+SUCCESS [ann, bob]', "+SUCCESS ['ann']"],
  ['helo', '+SUCCESS [cats (ann, 1 members)]', "+SUCCESS [Group name='dogs', admin='ann']"],
  ['helo', 'GROUP_MESSAGE [ann] hi', 'GROUP_MESSAGE cats: [bob] hi'],
  ['cp', '240 message successfully sent', '540 message successfully sent'],
  ['cp', '220 received username successfully', '200 received username successfully'],
  ['json', 'LOGIN_RESP {"status": "OK"}', 'LOGIN_RESP {"code":5000,"status":"ERROR"}'],
  ['json', 'JOINED {"username": "bob"}', 'JOINED {"code":0,"username":"ann"}'],
  [
    'json',
    'FILE_TRANSFER_RESPONSE {"receiver":"b","status":"OK","transferId":"7"}',
    'FILE_TRANSFER_RESPONSE {"code":0,"status":"OK","sender":"a","transferId":"8"}',
  ],
  [
    'json',
    'PRIVATE_MESSAGE {"sender":"a","message":"hi"}',
    'PRIVATE_MESSAGE {"code":0,"status":"OK","message":"{\\"sender\\":\\"b\\",\\"message\\":\\"hi\\"}"}',
  ],
  ['json', 'BROADCAST {"username":"a","message":"hi"}', 'BROADCAST {"username":"a","message":"\\"ho\\""}'],
  ['json', 'START_GAME_RESP {"status":"ERROR","code":6003}', 'GAME_NOTIFICATION {"status":"ERROR","code":6002}'],
]

/** The rulings by which `came` counts as `wanted`. */
function rulings(protocol: string, wanted: string, came: string): readonly string[] {
  const { notation } = protocols.find(({ name }) => name === protocol)!
  const forms = checkedProtocols[protocol]?.fieldForms?.(came, wanted) ?? []
  return forms.flatMap(({ text, ruling }) => (matchLine(wanted, text, new Map(), notation) ? [ruling] : []))
}

describe('what programs in the field say', () => {
  for (const [ruling, protocol, wanted, came] of rows) {
    it(`${protocol}: ${came} stands for ${wanted} (${ruling})`, () => {
      assert.ok(rulings(protocol, wanted, came).includes(ruling), rulings(protocol, wanted, came).join())
    })
  }

  for (const [protocol, wanted, came] of wrong) {
    it(`${protocol}: ${came} does not stand for ${wanted}`, () => {
      assert.deepEqual(rulings(protocol, wanted, came), [])
    })
  }
})

describe('what servers in the field leave unsaid', () => {
  const silence = { first: Buffer.from(''), last: Buffer.from(''), finished: false }
  const upload = Buffer.from('S2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d')
  const filePort = checkedProtocols['json']?.companions?.[0]?.fieldSilence
  const helo = checkedProtocols['helo']?.fieldSilence
  const chatos = checkedProtocols['chatos']?.fieldSilence

  it('is the end of a file on the connection of its sender, and of nobody else', () => {
    assert.equal(filePort?.({ ...silence, wanted: '[closed]', first: upload, finished: true }), 'J-16')
    assert.equal(filePort?.({ ...silence, wanted: '[closed]', first: upload }), undefined)
    assert.equal(filePort?.({ ...silence, wanted: '[closed]', first: Buffer.from('R2c5e'), finished: true }), undefined)
    const file = Buffer.from('FILE <ann @bob 1 a.txt 97 YQ==\n')
    assert.equal(helo?.({ ...silence, wanted: '[closed]', first: file }), 'H-11')
    assert.equal(helo?.({ ...silence, wanted: 'FILE_STATUS file has been delivered!', first: file }), 'H-11')
    assert.equal(helo?.({ ...silence, wanted: '[closed]', first: Buffer.from('HELO ann\n') }), undefined)
    assert.equal(helo?.({ ...silence, wanted: 'BCST [ann] hi', first: file }), undefined)
  })

  it('is the reply to TCPAbort', () => {
    assert.equal(chatos?.({ ...silence, wanted: 'ERROR OK', last: Buffer.of(6, 0) }), 'C-7')
    assert.equal(chatos?.({ ...silence, wanted: 'ERROR OK', last: Buffer.of(4, 0) }), undefined)
    assert.equal(chatos?.({ ...silence, wanted: 'TCPAbort …', last: Buffer.of(6, 0) }), undefined)
  })
})

it('a transcript in the words of clients in the field has LOGIN, and the members that they send (J-1, J-15, J-17, J-18)', () => {
  const key = '"sessionKey": "s", "message": "m"'
  const source = [
    'ann signs in by json',
    'bob signs in by ident',
    'eve connects by json',
    'eve -> LOGIN_REQ {"username": "eve"}',
    'ann -> FILE_TRANSFER_REQUEST {"receiver": "eve", "filename": "n", "checksum": "aa"}',
    'ann -> SECURE_MESSAGE_REQ {"receiver": "eve"}',
    'ann <- SECURE_MESSAGE_RES {"receiver": "eve", "publicKey": "k"}',
    `ann -> SECURE_MESSAGE {${key}}`,
    'bob -> BCST LOGIN_REQ {"username": "eve"}',
  ]
  const text = inFieldWords(source.join('\n'), new Set(['json']), checkedProtocols)
  assert.deepEqual(text.split('\n'), [
    'ann signs in by json in field form as ann',
    'bob signs in by ident',
    'eve connects by json',
    'eve -> LOGIN {"username": "eve"}',
    'ann -> FILE_TRANSFER_REQUEST {"sender":"ann","receiver":"eve","filename":"n"}',
    'ann -> SECURE_MESSAGE_REQ {"sender":"ann","receiver":"eve"}',
    'ann <- SECURE_MESSAGE_RES {"receiver": "eve", "publicKey": "k"}',
    'ann -> SECURE_MESSAGE {"sender":"ann","receiver":"eve","sessionKey":"s","encryptedMessage":"m"}',
    'bob -> BCST LOGIN_REQ {"username": "eve"}',
  ])
})
