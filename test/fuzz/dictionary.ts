import type { Chance } from './chance.ts'

/** The accounts of every fuzzed community. Each of the names is also claimed by others. */
export const accounts: readonly (readonly [name: string, password: string])[] = [
  ['Zoe', 'secret12'],
  ['yan', 'hunter 2'],
  ['__proto__', 'pass'],
  ['constructor', 'pass'],
]

/** Whose accounts come, change and go: those that are there, and some that guests have. */
export const accountNames: readonly string[] = [...accounts.map(([name]) => name), 'eve', 'cleo']

const names = [
  ...accounts.map(([name]) => name),
  'ann',
  'BOB',
  'cleo',
  'Dan_5',
  'eve',
  'eve',
  'x',
  '12345',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  'all',
  'Server',
  'unknown',
  'EVERYONE',
  'bad-name',
  'a:b',
  '@eve',
  'né',
  '\u0000',
  'n'.repeat(14),
  'n'.repeat(15),
  'N'.repeat(32),
  'n'.repeat(33),
  'g'.repeat(65),
]

const texts = [
  'hello',
  'hi  there ',
  '',
  ' ',
  ':',
  'a:b:c',
  '[all] hi',
  '(private) hi',
  'RMSGeve:hi',
  'LEFT ann',
  '"',
  '\\',
  '\u001b[2J\u0007',
  '\u009b31m',
  '\ttab',
  'é',
  'e\u0301',
  '☃',
  '😀',
  '\ufeff',
  '\u2028',
  '\ud83d',
  '\u202e',

  'one\ntwo\n\nthree',
  '\r',
  '\r\n',
  '\n\n',
  'x'.repeat(1_009),
  'ü'.repeat(600),
  '😀'.repeat(300),
  'y'.repeat(5_000),
  'constructor',
  '__proto__',
  '%s%n',
  '${x}',
  '$&',
  '250',
  '<b>',
  '../../etc/passwd',
  'null',
  '{"a":1}',
]

const numbers = [
  '0',
  '1',
  '25',
  '50',
  '51',
  '-1',
  '2.5',
  '1e3',
  '65535',
  '32767',
  '-32768',
  '4294967296',
  '1e400',
  'NaN',
  '0x10',
]

/** A public key as RSA of 1,024 and of 2,048 bits look, a session key of 64, 128 and 256 bytes, messages of whole blocks. */
const opaque = [16, 32, 48, 64, 128, 162, 256, 294].map((length) => base64Of(length))

const json = [
  '{}',
  '[]',
  'null',
  'true',
  '"',
  '{',
  '{"a":',
  '[[[[',
  '{"__proto__":{"x":1}}',
  '"\\ud800"',
  '1e999',
  '{"a":{"a":{"a":{}}}}',
]

/** What may stand in each place of a template. Of `wild` some is well formed; with `tame` conversations get somewhere. */
export type Mood = 'wild' | 'tame'

const places: { readonly [mood in Mood]: { readonly [place: string]: readonly string[] } } = {
  wild: {
    name: names,
    account: accounts.map((account) => account.join(' ')),
    password: [...accounts.map(([, password]) => password), '', 'wrong', 'p'.repeat(16)],
    group: ['chess', 'Chess', 'tea', 'go_4', ...names],
    text: texts,
    number: numbers,
    key: [...opaque, 'no key', '=', 'QUJD'],
    file: ['a.txt', 'noDot', '../x.y', '/a b.txt', 'ü.png', '.', '..', 'con', 'x'.repeat(300)],
    sum: [...numbers, '4660', '0123456789abcdef0123456789abcdef', '-2147483648'],
    json,
    ts: ['1700000000', '0', 'now', ''],
  },
  tame: {
    name: ['Zoe', 'cleo', 'eve', 'Dan_5', 'eve', 'cleo'],
    account: ['Zoe secret12'],
    password: ['secret12'],
    group: ['chess', 'tea'],
    text: ['hello', 'one two', '☃'],
    number: ['25', '10', '4', '37', '4'],
    key: opaque.slice(2),
    file: ['a.txt'],
    sum: ['4660', '20', '08d6c05a21512a79a1dfeb9d2a8f262f'],
    json: ['{}'],
    ts: ['1700000000'],
  },
}

/** `PM {name} {text}` with each of its places filled in, by `quote` where the notation wants that. */
export function fill(
  template: string,
  mood: Mood,
  chance: Chance,
  quote: (text: string) => string = (text) => text,
): string {
  return template.replace(/\{([a-z]+)\}/g, (_, place: string) => {
    // The run puts in what the server has said before.
    return place === 'uuid' || place === 'port' ? `<${place}>` : quote(chance.pick(places[mood][place]!))
  })
}

/** Bytes that decoders trip over: line ends, NUL, bad UTF-8 (overlong, cut, surrogates), signs of lengths, telnet. */
export const hostile: readonly Uint8Array[] = [
  ...['\n', '\r', '\r\n', '\n\r', ' ', '\0', ':', '@', '"', '\\', '\u2028', '\ufeff'].map((text) => Buffer.from(text)),
  ...[
    'ff',
    'c0af',
    'e28',
    'e282',
    'eda080',
    'f0288cbc',
    'f5808080',
    'fffb01',
    '80',
    '7fff',
    '8000',
    '0000',
    '0001',
    'ffff',
  ].map((hex) => Buffer.from(hex, 'hex')),
  Buffer.alloc(1_025, 'A'),
  Buffer.alloc(20_000, 'B'),
  Buffer.alloc(70_000, 0x80),
]

function base64Of(length: number): string {
  return Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 0xff)).toString('base64')
}
