import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { defaultDataDirectory } from './data-home.ts'

test('the data directory comes from PARLEY_DATA, else from XDG_DATA_HOME, else it is under the home directory', () => {
  const home = join(homedir(), '.local/share/parley')
  assert.equal(defaultDataDirectory({ PARLEY_DATA: 'here', XDG_DATA_HOME: '/x' }), resolve('here'))
  assert.equal(defaultDataDirectory({ PARLEY_DATA: '', XDG_DATA_HOME: '/x' }), join('/x', 'parley'))
  assert.equal(defaultDataDirectory({ XDG_DATA_HOME: 'relative' }), home)
  assert.equal(defaultDataDirectory({}), home)
})
