import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { abilitiesOf, type Ability } from './abilities.ts'
import { clientProtocols } from './client-protocols.ts'

const packages = new URL('../../', import.meta.url)

/**
 * The rows of the first table that stands behind `heading`: what is in each cell, by the first one
 * and the name of its column.
 */
function table(file: string, heading: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const page = readFileSync(new URL(file, packages), 'utf8')
  const rows =
    /(?:^\|.*\|\n)+/m
      .exec(page.slice(page.indexOf(heading)))?.[0]
      .trim()
      .split('\n') ?? []
  const [head = [], , ...body] = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  return new Map(
    body.map(([name = '', ...cells]) => [name, new Map(cells.map((cell, at) => [head[at + 1] ?? '', cell]))]),
  )
}

describe('what each protocol can do', () => {
  it('is known for every protocol there is', () => {
    assert.deepEqual(
      clientProtocols.map(({ name }) => name),
      protocols.map(({ name }) => name),
    )
  })

  for (const { name, features } of clientProtocols) {
    it(`${name} has a file for each feature, by the same name in the client and in the protocol`, () => {
      const folders = [`client/src/${name}/`, `protocols/src/${name}/`]
      const files = Object.keys(features).flatMap((feature) => folders.map((folder) => `${folder}${feature}.ts`))
      assert.ok(files.length > 2)
      assert.deepEqual(
        files.filter((file) => !existsSync(new URL(file, packages))),
        [],
      )
    })
  }

  const inReadme: Readonly<Record<string, readonly Ability[]>> = {
    '`say`, `tell`': ['say', 'tell'],
    '`users`': ['users'],
    '`sealing`': ['sealing'],
    '`sendFile`, `file-offered`': ['files'],
    '`groups`': ['groups'],
    '`game`': ['game'],
    '`mailbox`': ['mailbox'],
    '`tunnels`, `tunnel-asked`': ['tunnels'],
    '`history`': ['history'],
    '`devices`': ['devices'],
    '`backup`': ['backup'],
    '`lens`': ['lens'],
    '`admin`': ['admin'],
  }
  it('is what the README of this package says', () => {
    const rows = table('client/README.md', 'A URL is')
    assert.deepEqual([...rows.keys()], Object.keys(inReadme))
    for (const { name, features } of clientProtocols) {
      const said = Object.entries(inReadme).flatMap(([row, ability]) =>
        rows.get(row)?.get(name) === 'yes' ? ability : [],
      )
      assert.deepEqual(new Set(said), new Set(abilitiesOf(features)), name)
    }
  })

  const inPages: Readonly<Record<string, Ability>> = {
    broadcasts: 'say',
    'private messages': 'tell',
    'who is here': 'users',
    'sealed messages': 'sealing',
    groups: 'groups',
    files: 'files',
    'the guessing game': 'game',
    'a mailbox to fetch': 'mailbox',
    'private tunnels': 'tunnels',
    'history, search, catching up': 'history',
    'a sealed backup': 'backup',
  }
  it('is what the page of the protocols says', () => {
    const rows = table('../docs/protocols/README.md', '## What each can do')
    for (const { name, features } of clientProtocols) {
      const abilities = abilitiesOf(features)
      for (const [row, ability] of Object.entries(inPages)) {
        const cell = rows.get(row)?.get(name)
        assert.ok(cell, `${row}: nothing is said of ${name}`)
        assert.equal(cell !== 'no', abilities.has(ability), `${row}: ${name}`)
      }
    }
  })
})
