import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hyperlink, linkedSpans, linksIn } from './links.ts'
import { readable, wrapReadable } from './text-rows.ts'

const shownIn = (text: string) => linksIn(text).map(({ start, end }) => text.slice(start, end))

test('addresses are found without what only stands behind them', () => {
  assert.deepEqual(shownIn('see https://a.example/x?y=1&z=(2), and (http://b.example).'), [
    'https://a.example/x?y=1&z=(2)',
    'http://b.example',
  ])
  assert.deepEqual(shownIn('"https://a.example/wiki/Parley_(word)".'), ['https://a.example/wiki/Parley_(word)'])
  assert.deepEqual(shownIn('javascript:alert(1) file:///etc/passwd https:// www.example'), [])
})

test('a link leads to plain ASCII, whatever was written', () => {
  assert.deepEqual(
    linksIn('https://пример.example/ü').map(({ target }) => target),
    ['https://xn--e1afmkfd.example/%C3%BC'],
  )
  assert.equal(linksIn(`https://a.example/${'x'.repeat(3_000)}`).length, 0)
  assert.equal(
    hyperlink('https://a.example/', 'a'),
    `\u001b]8;id=${/id=([^;]+)/.exec(hyperlink('https://a.example/', 'b'))?.[1]};https://a.example/\u0007a\u001b]8;;\u0007`,
  )
})

test('however a text is wrapped, the pieces of an address lead to all of it', () => {
  const word = fc.constantFrom(
    'see',
    'https://a.example/a/long/path?with=much&in=it',
    '日本語',
    '\t',
    '👩‍👩‍👧',
    'http://b.example',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.integer({ min: 2, max: 40 }), (words, width) => {
      const text = readable(words.join(' '))
      const links = linksIn(text)
      const pieces = new Map<string, string>()
      for (const { text: row, start } of wrapReadable(text, width)) {
        const spans = linkedSpans(row, start, links, 'text')
        assert.equal(spans.map((each) => each.text).join(''), row)
        for (const { text: piece, link } of spans) {
          if (link !== undefined) pieces.set(link, (pieces.get(link) ?? '') + piece)
        }
      }
      for (const { start, end, target } of links) {
        const times = links.filter((each) => each.target === target).length
        assert.equal(pieces.get(target), text.slice(start, end).repeat(times))
      }
    }),
  )
})
