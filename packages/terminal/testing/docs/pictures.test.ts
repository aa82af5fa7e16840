import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { nameColours, toneColours } from '../../src/chat-screen/palette.ts'
import { pictures } from './pictures.ts'
import { indexed } from './svg.ts'
import { withTables } from './tables.ts'

const docs = join(import.meta.dirname, '../../../../docs')
const directory = join(docs, 'pictures')

test('the pictures of the documentation show the screen as it is; npm run terminal-docs draws them anew', async () => {
  const drawn = pictures()
  // Those of the page are no SVG.
  const found = (await readdir(directory)).filter((name) => name.endsWith('.svg'))
  assert.deepEqual(found.toSorted(), [...drawn.keys()].toSorted())
  for (const [name, picture] of drawn) {
    assert.ok(picture === (await readFile(join(directory, name), 'utf8')), `${name} is out of date`)
    assert.ok(picture.length < 40_000, `${name} is large`)
  }
})

test('the tables of docs/terminal.md are those of the program; npm run terminal-docs writes them anew', async () => {
  const page = await readFile(join(docs, 'terminal.md'), 'utf8')
  assert.ok(withTables(page) === page)
  assert.match(page, /`Alt-G`[^\n]*`go-to`/)
  assert.match(page, /`\/msg USER TEXT`/)
})

test('docs/terminal.md shows pictures that there are', async () => {
  const page = await readFile(join(docs, 'terminal.md'), 'utf8')
  const shown = [...page.matchAll(/pictures\/([\w.-]+\.svg)/g)].map(([, name = '']) => name)
  const there = await readdir(directory)
  assert.deepEqual(
    shown.filter((name) => !there.includes(name)),
    [],
  )
  assert.ok(shown.length >= 6)
})

test('every colour can be read on dark and on light grounds', () => {
  for (const colour of [...Object.values(toneColours), ...nameColours]) {
    for (const ground of ['#000000', '#1c1c1c', '#fdf6e3', '#ffffff']) {
      const found = contrast(indexed(colour), ground)
      assert.ok(found >= 3.2, `${colour} on ${ground}: ${found.toFixed(2)}`)
    }
  }
})

/** As WCAG 2.2 counts it, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [light = 1, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
