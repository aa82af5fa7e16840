import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHost, parseListenerUrl, type Scheme } from './listener-url.ts'
import { listenersOf } from './listeners.ts'

const option = { default: 'upper', values: ['upper', 'course'], note: '' }
const ident: Scheme = { name: 'ident', port: 1337, options: { texts: option, greeting: { default: '', note: '' } } }
const helo: Scheme = { name: 'helo', port: 1347, options: {} }
const schemes = [ident, helo]
const defaults = { host: '127.0.0.1' }

function parse(text: string, among: readonly Scheme[] = schemes) {
  return parseListenerUrl(text, among, defaults)
}

function refusal(text: string): string {
  const parsed = parse(text)
  assert.ok(!parsed.ok, `${text} was taken`)
  assert.ok(parsed.message.startsWith(`"${text}": `), parsed.message)
  return parsed.message.slice(text.length + 4)
}

test('a URL names protocol, host, port and options, and every option is there', () => {
  assert.deepEqual(parse('ident://10.1.2.3:1400?texts=course'), {
    ok: true,
    value: {
      protocol: ident,
      tls: false,
      proxy: false,
      host: '10.1.2.3',
      port: 1400,
      options: { texts: 'course', greeting: '' },
    },
  })
})

test('what a URL leaves out comes from the settings and the protocol', () => {
  const rows: [string, string, number, boolean][] = [
    ['ident://', '127.0.0.1', 1337, false],
    ['IDENT://localhost', 'localhost', 1337, false],
    ['idents://:0', '127.0.0.1', 0, true],
    ['helo://[::1]:65535/', '::1', 65_535, false],
    ['helo://chat.example.org:', 'chat.example.org', 1347, false],
  ]
  for (const [text, host, port, tls] of rows) {
    const parsed = parse(text)
    assert.ok(parsed.ok, text)
    assert.deepEqual([parsed.value.host, parsed.value.port, parsed.value.tls], [host, port, tls], text)
  }
})

test('a protocol whose own name ends in s wins over another one with TLS', () => {
  const chatos = { name: 'chatos', port: 7777, options: {} }
  const parsed = parse('chatos://', [{ name: 'chato', port: 1, options: {} }, chatos])
  assert.ok(parsed.ok)
  assert.deepEqual([parsed.value.protocol, parsed.value.tls], [chatos, false])
  const secure = parse('chatoss://', [chatos])
  assert.ok(secure.ok && secure.value.tls)
})

test('an option value is decoded, and may be empty where any text is allowed', () => {
  const parsed = parse('ident://?greeting=good%20day&texts=upper')
  assert.deepEqual(parsed.ok && parsed.value.options, { texts: 'upper', greeting: 'good day' })
})

test('what is wrong with a URL is named together with what is allowed', () => {
  const rows: [string, RegExp][] = [
    ['1337', /no listener URL; write PROTOCOL:\/\/HOST:PORT, for example ident:\/\/127\.0\.0\.1:1337$/],
    ['ident:1337', /no listener URL/],
    ['idnet://', /no protocol "idnet" \(did you mean "ident"\?\); there are ident and helo, each with an s/],
    ['gopher://', /no protocol "gopher"; there are/],
    ['ident://ann@localhost', /no user name/],
    ['ident://localhost/chat', /no path; leave out "\/chat"/],
    ['ident://localhost#x', /leave out "#x"/],
    ['ident://::1:1337', /IPv6 host in brackets/],
    ['ident://[fe80:1337', /IPv6 host in brackets/],
    ['ident://localhost:http', /port in digits/],
    ['ident://[1.2.3.4]', /"\[1\.2\.3\.4\]" is no host/],
    ['ident://1.2.3', /"1\.2\.3" is no host/],
    ['ident://a b', /"a b" is no host/],
    ['ident://localhost:65536', /no port 65536/],
    ['ident://?text=course', /no option "text" \(did you mean "texts"\?\); ident has texts, greeting and proxy$/],
    ['ident://?toString=1', /no option "toString"/],
    ['helo://?texts=course', /no option "texts"; helo has proxy$/],
    ['ident://?texts=corse', /"texts" cannot be "corse" \(did you mean "course"\?\); write upper or course$/],
    ['ident://?texts=upper&texts=course', /"texts" stands there twice/],
  ]
  for (const [text, message] of rows) assert.match(refusal(text), message)
})

test('terminal escapes in a URL do not reach the terminal', () => {
  const parsed = parse('ident://\u001b[31m')
  assert.ok(!parsed.ok && !parsed.message.includes('\u001b'))
})

test('hosts are names and addresses, and no numbers that only look like one', () => {
  for (const host of ['localhost', 'a-b.example', '0.0.0.0', '::', 'fe80::1']) assert.ok(isHost(host), host)
  for (const host of ['', '-a', '1337', '1.2.3.256', 'a..b', '[::1]', 'a:b', 'a/b']) assert.ok(!isHost(host), host)
})

test('without URLs every protocol is listened to on its default port of the host', () => {
  const listeners = listenersOf({ listen: [], host: '::1', tls: null }, schemes)
  assert.deepEqual(listeners.ok && listeners.value.map(({ protocol, host, port }) => [protocol.name, host, port]), [
    ['ident', '::1', 1337],
    ['helo', '::1', 1347],
  ])
})

test('a listener over TLS needs a certificate', () => {
  const listen = ['helo://', 'idents://']
  const without = listenersOf({ listen, host: '::1', tls: null }, schemes)
  assert.match(without.ok ? '' : without.message, /^"idents:\/\/" needs a certificate: give --tls-cert and --tls-key/)
  const given = listenersOf({ listen, host: '::1', tls: { certificate: 'a', key: 'b' } }, schemes)
  assert.ok(given.ok)
})
