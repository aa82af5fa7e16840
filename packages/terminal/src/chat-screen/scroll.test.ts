import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesBelow, moved, rowsUpTo, topOf, type Scroll } from './scroll.ts'
import { span } from './text-rows.ts'

/** Lines 1, 2, … of so many rows each. */
function scrollOf(...heights: readonly number[]): Scroll {
  return {
    ids: heights.map((_, i) => i + 1),
    rowsAt: (index) => Array.from({ length: heights[index] ?? 0 }, (_, row) => [span(`${index + 1}.${row}`)]),
  }
}

function shown(scroll: Scroll, place: Parameters<typeof rowsUpTo>[1], height: number): string {
  return rowsUpTo(scroll, place, height)
    .map((row) => row[0]?.text)
    .join(' ')
}

test('the newest rows are seen, and fewer where there are no more', () => {
  assert.equal(shown(scrollOf(1, 3, 1), null, 3), '2.1 2.2 3.0')
  assert.equal(shown(scrollOf(1, 1), null, 5), '1.0 2.0')
  assert.equal(shown(scrollOf(), null, 5), '')
})

test('scrolling goes row by row through long lines, stops at the top and comes back to the newest', () => {
  const scroll = scrollOf(1, 3, 1, 2)
  let place = moved(scroll, null, 1, 3)
  assert.equal(shown(scroll, place, 3), '2.2 3.0 4.0')
  place = moved(scroll, place, 2, 3)
  assert.equal(shown(scroll, place, 3), '2.0 2.1 2.2')
  place = moved(scroll, place, 50, 3)
  assert.equal(shown(scroll, place, 3), '1.0 2.0 2.1')
  assert.deepEqual(place, topOf(scroll, 3))
  place = moved(scroll, place, -3, 3)
  assert.equal(shown(scroll, place, 3), '2.2 3.0 4.0')
  assert.equal(moved(scroll, place, -1, 3), null)
  assert.equal(moved(scroll, place, -50, 3), null)
})

test('what comes new does not move what is read', () => {
  const place = moved(scrollOf(1, 1, 1, 1), null, 1, 2)
  const later = scrollOf(1, 1, 1, 1, 1, 1)
  assert.equal(shown(later, place, 2), '2.0 3.0')
  assert.equal(linesBelow(later, place), 3)
  assert.equal(linesBelow(later, null), 0)
})

test('there is nowhere to scroll to where everything fits', () => {
  assert.equal(moved(scrollOf(1, 1), null, 5, 10), null)
  assert.equal(topOf(scrollOf(1, 1), 10), null)
  assert.equal(moved(scrollOf(), null, 1, 10), null)
})

test('where the line that was read is forgotten, the oldest that is left is shown', () => {
  const scroll = scrollOf(1, 1, 1)
  const forgotten: Scroll = { ...scroll, ids: [11, 12, 13] }
  assert.equal(shown(forgotten, { id: 5, row: 2 }, 2), '1.0')
})
