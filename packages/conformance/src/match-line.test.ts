import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { test } from 'node:test'
import { matchLine } from './match-line.ts'
import { fill } from './placeholders.ts'

const nothing = new Map<string, string>()

/** A header and a JSON body, as the `json` protocol compares its lines. */
const jsonish = {
  same(want: string, got: string): boolean {
    const [one, other] = [want, got].map((line) => /^(\S*)\s*([^]*)$/.exec(line)!)
    try {
      return one![1] === other![1] && isDeepStrictEqual(JSON.parse(one![2] || '{}'), JSON.parse(other![2] || '{}'))
    } catch {
      return want === got
    }
  },
}

function bound(want: string, got: string, before: Iterable<[string, string]> = [], notation = {}) {
  const bindings = matchLine(want, got, new Map(before), notation)
  return bindings && Object.fromEntries(bindings)
}

test('a placeholder takes any text at first and the same text ever after', () => {
  assert.deepEqual(bound('INIT <welcome>', 'INIT Hello (there)'), { welcome: 'Hello (there)' })
  assert.deepEqual(bound('OK <a>', 'OK ann', [['a', 'ann']]), { a: 'ann' })
  assert.equal(bound('OK <a>', 'OK bob', [['a', 'ann']]), undefined)
  assert.deepEqual(bound('<a> and <a>', 'x1 and x1'), { a: 'x1' })
  assert.equal(bound('<a>1 and <a>1', 'x1 and y1'), undefined)
})

test('a placeholder whose name begins with _ is forgotten behind its line', () => {
  assert.deepEqual(bound('<_at> <a> <_at>', '5 x 5'), { a: 'x' })
  assert.equal(bound('<_at> <_at>', '5 6'), undefined)
  assert.deepEqual(bound('X {"seq":<_seq>,"at":<at>}', 'X {"at":1,"seq":2}', [], jsonish), { at: '1' })
})

test('a placeholder takes at least one character, as few as will do, and no line break', () => {
  assert.equal(bound('INIT <welcome>', 'INIT '), undefined)
  assert.equal(bound('INIT <welcome>', 'INIT a\rb'), undefined)
  assert.deepEqual(bound('BCST <name> <text>', 'BCST ann hi you'), { name: 'ann', text: 'hi you' })
})

test('a less-than sign that begins no placeholder is literal, also right before one', () => {
  assert.deepEqual(bound('FILE <<sender> x', 'FILE <ann x'), { sender: 'ann' })
  assert.equal(bound('FILE <<sender> x', 'FILE ann x'), undefined)
  assert.deepEqual(bound('1 < 2 <3> <-x>', '1 < 2 <3> <-x>'), {})
})

test('a bound text that looks like a placeholder or a pattern stays what it is', () => {
  assert.deepEqual(bound('OK <a>', 'OK <b>', [['a', '<b>']]), { a: '<b>' })
  assert.equal(bound('OK <a>', 'OK xyz', [['a', '.*']]), undefined)
  assert.equal(fill('PM <a>!', new Map([['a', "$& $1 $'"]])), "PM $& $1 $'!")
})

test('a placeholder between quotation marks does not reach beyond them', () => {
  assert.deepEqual(bound('SMA sender="<a>" text="<t>"', 'SMA sender="ann" text="say \\"hi\\""'), {
    a: 'ann',
    t: 'say \\"hi\\"',
  })
  assert.equal(bound('SMA text="<t>"', 'SMA text="a" more="b"'), undefined)
})

test('without placeholders the notation decides which lines are the same', () => {
  assert.deepEqual(bound('R {"status": "OK", "code": 0}', 'R {"code":0,"status":"OK"}', [], jsonish), {})
  assert.equal(bound('R {"status": "OK"}', 'R {"status":"OK","code":0}', [], jsonish), undefined)
  assert.equal(bound('PING', 'PONG', [], jsonish), undefined)
})

test('placeholders are found whatever the order of the members and the white space', () => {
  const got = 'FILE {"size":7,"transferId":"u-1","sender":"ann","filename":"a, b.txt","tags":["x","y"]}'
  const want =
    'FILE {"sender": "<who>", "filename": "<file>", "transferId": "<id>", "size": <size>, "tags": ["<t>", "<u>"]}'
  const meaning = { who: 'ann', file: 'a, b.txt', id: 'u-1', size: '7', t: 'x', u: 'y' }
  assert.deepEqual(bound(want, got, [], jsonish), meaning)
})

test('a value that is no string may stand last in the one line and elsewhere in the other', () => {
  assert.deepEqual(bound('W {"a": <n>, "b": "<w>"}', 'W {"b":"x","a":31}', [], jsonish), { n: '31', w: 'x' })
  assert.deepEqual(bound('W {"b": "<w>", "a": <n>}', 'W {"a":31,"b":"x"}', [], jsonish), { n: '31', w: 'x' })
})

test('a placeholder in the midst of a JSON string matches a part of it', () => {
  const got = 'N {"message":"ann and bob play \\"now\\"","status":"OK"}'
  assert.deepEqual(bound('N {"status": "OK", "message": "<a> and <b> play \\"now\\""}', got, [], jsonish), {
    a: 'ann',
    b: 'bob',
  })
})

test('a placeholder never swallows members that nobody asked for', () => {
  assert.equal(bound('W {"msg": "<m>"}', 'W {"msg":"hi","extra":"x"}', [], jsonish), undefined)
  assert.equal(bound('W {"code": <c>}', 'W {"code":1,"extra":2}', [], jsonish), undefined)
  assert.deepEqual(bound('W {"users": <list>}', 'W {"users":["ann",{"b":1}]}', [], jsonish), {
    list: '["ann",{"b":1}]',
  })
})

test('a text that was bound earlier is compared as JSON too', () => {
  assert.deepEqual(bound('K {"key": "<k>"}', 'K {"key":"ab\\u003d"}', [['k', 'ab=']], jsonish), { k: 'ab=' })
})

test('a long line with many placeholders that differs is given up soon', () => {
  const members = (value: (index: number) => string) =>
    `R {${Array.from({ length: 12 }, (_, index) => `"m${index}":"${value(index)}"`).join(',')}}`
  const got = members((index) => `value ${index}`)
  const want = members((index) => `<v${index}>`).replace('"m11":', '"other":')
  let comparisons = 0
  const counting = { same: (one: string, other: string) => ++comparisons > 0 && jsonish.same(one, other) }
  assert.equal(matchLine(want, got, nothing, counting), undefined)
  assert.ok(comparisons > 0 && comparisons <= 2_000)
})
