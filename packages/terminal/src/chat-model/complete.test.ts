import type { Ability } from '@parley/client'
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandsFor, helpText } from './commands.ts'
import { complete } from './complete.ts'

const helo = new Set<Ability>(['users', 'say', 'tell', 'groups', 'files', 'sealing'])
const cp = new Set<Ability>(['say', 'tell', 'mailbox'])
const around = { can: helo, me: 'alfred', users: ['Alice', 'alfred', 'bob'], groups: ['cooks', 'climbers'] }

test('names of commands are completed as far as the protocol has them', () => {
  assert.deepEqual(complete('/ms', around), ['/msg '])
  assert.deepEqual(complete('/group l', around), ['/group leave ', '/group list'])
  assert.deepEqual(complete('/inb', around), [])
  assert.deepEqual(complete('/inb', { ...around, can: cp }), ['/inbox'])
})

test('users and groups are completed where the command wants them, in any case', () => {
  assert.deepEqual(complete('/msg AL', around), ['/msg Alice ', '/msg alfred '])
  assert.deepEqual(complete('/verify b', around), ['/verify bob'])
  assert.deepEqual(complete('/group kick c', around), ['/group kick cooks ', '/group kick climbers '])
  assert.deepEqual(complete('/group kick cooks b', around), ['/group kick cooks bob'])
})

test('oneself is offered last', () => {
  assert.deepEqual(complete('/msg a', { ...around, me: 'Alice' }), ['/msg alfred ', '/msg Alice '])
})

test('a path is completed where a file is to be named, blanks and all', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-paths-'))
  try {
    await mkdir(join(directory, 'my photos'))
    await writeFile(join(directory, 'my photos', 'a sea.jpg'), '')
    await writeFile(join(directory, '.hidden'), '')
    await writeFile(join(directory, 'notes.txt'), '')
    const at = (path: string) => complete(`/file bob ${directory}/${path}`, around)
    const whole = (path: string) => `/file bob ${directory}/${path}`
    assert.deepEqual(at(''), [whole('my photos/'), whole('notes.txt')])
    assert.deepEqual(at('my photos/a s'), [whole('my photos/a sea.jpg')])
    assert.deepEqual(at('.h'), [whole('.hidden')])
    assert.deepEqual(at('nothing/'), [])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('free text, new names and what is no command stay as they are', () => {
  for (const input of ['al', '', '/msg bob al', '/group create c', '/users ', '/nothing al']) {
    assert.deepEqual(complete(input, around), [], input)
  }
})

test('help shows what the protocol can do, and nothing else', () => {
  const help = helpText(cp)
  for (const there of ['/msg USER TEXT', '/inbox', '/raw on|off', '/quit', 'TEXT ']) assert.ok(help.includes(there))
  for (const absent of ['/users', '/group', '/file', '/accept', '/decline', '/game', '/verify']) {
    assert.ok(!help.includes(absent), absent)
  }
  assert.ok(commandsFor(helo).some(({ name }) => name === 'accept'))
  assert.ok(!commandsFor(helo).some(({ name }) => name === 'game start'))
})
