import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { failLines } from './replies.ts'

describe('ident error lines', () => {
  it("are in upper case, and in the course's own words only where it has some", () => {
    const [upper, course] = [failLines(false), failLines(true)]
    for (const [code, line] of Object.entries(upper)) assert.match(line, new RegExp(`^${code} [A-Z ]+$`))
    assert.deepEqual(Object.keys(course), Object.keys(upper))
    assert.equal(course.FAIL03, 'FAIL03 Please log in first')
    assert.equal(course.FAIL07, upper.FAIL07)
  })
})
