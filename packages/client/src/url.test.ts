import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseChatUrl } from './url.ts'

describe('the URL of a chat', () => {
  for (const [text, where] of [
    ['json://user_1@localhost:99', { protocol: 'json', tls: false, name: 'user_1', host: 'localhost', port: 99 }],
    ['CHATOSS://a%20b@[::1]/', { protocol: 'chatos', tls: true, name: 'a b', host: '::1', port: 7777 }],
    [
      'ws://ann@page.example/',
      { protocol: 'parley', tls: false, name: 'ann', host: 'page.example', port: 7080, path: '/chat' },
    ],
    ['WSS://ann@[::1]:443', { protocol: 'parley', tls: true, name: 'ann', host: '::1', port: 443, path: '/chat' }],
    ['ident://ann@', { protocol: 'ident', tls: false, name: 'ann', host: 'localhost', port: 1337 }],
  ] as const) {
    it(`${text} says where and who`, () => assert.deepEqual(parseChatUrl(text), where))
  }

  for (const [text, message] of [
    ['localhost', /write PROTOCOL/],
    ['irc://ann@localhost', /no protocol "irc"; there are ident/],
    ['json://localhost', /write PROTOCOL/],
    ['json://@localhost', /name is missing/],
    ['json://ann:secret@localhost', /password does not belong/],
    ['json://ann@localhost:0', /no port 0/],
    ['json://ann@localhost:65536', /no port 65536/],
    ['json://%zz@localhost', /no character/],
  ] as const) {
    it(`${text} is wrong usage, in words`, () => {
      assert.throws(() => parseChatUrl(text), { name: 'ChatError', code: 'usage', message })
    })
  }
})
