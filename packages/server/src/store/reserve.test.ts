import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratchDirectory } from '../../testing/scratch.ts'
import { Reserve } from './reserve.ts'

const bytes = 200_000

test('a reserve takes its room once, for this user alone, and gives it up', (t) => {
  const directory = scratchDirectory(t)
  const reserve = new Reserve(directory, bytes)
  reserve.hold()
  reserve.hold()
  const { size, blocks, mode } = statSync(join(directory, 'reserve'))
  assert.deepEqual([size, mode & 0o777], [bytes, 0o600])
  assert.ok(blocks * 512 >= bytes, 'the room is taken, not only promised')
  reserve.release()
  reserve.release()
  assert.deepEqual(readdirSync(directory), [])
  assert.equal(reserve.retake(), true)
  assert.equal(statSync(join(directory, 'reserve')).size, bytes)
})

test('a reserve of nothing takes nothing, and one without room leaves nothing behind', (t) => {
  const directory = scratchDirectory(t)
  const none = new Reserve(directory, 0)
  none.hold()
  assert.equal(none.retake(), true)
  const nowhere = new Reserve(join(directory, 'missing'), bytes)
  nowhere.hold()
  assert.equal(nowhere.retake(), false)
  assert.deepEqual(readdirSync(directory), [])
})
