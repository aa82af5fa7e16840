import { clauses } from '@parley/protocols/lens'
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Without links, and in one line. */
function plain(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/\s+/g, ' ')
}

/** By citation: what the ledger says of each clause of a document, and the section of each ruling. */
function sentences(): ReadonlyMap<string, string> {
  const ofDocuments = globSync('packages/conformance/clauses/*.clauses', { cwd: root }).flatMap((file) => {
    const lines = read(file)
      .split('\n')
      .filter((line) => line.includes('  ') && !line.startsWith('#'))
    return lines.map((line) => line.split('  ', 2) as [string, string])
  })
  const ofRulings = globSync('docs/rulings/*.md', { cwd: root }).flatMap((file) => {
    const sections = read(file).split(/^### /m).slice(1)
    return sections.map((section) => [section.split(' ', 1)[0]!, plain(section)] as [string, string])
  })
  return new Map([...ofDocuments, ...ofRulings])
}

/** A chapter of the page of `parley`. */
function chapter(title: string): string {
  const [, text] = new RegExp(`^##+ ${title}$(.*?)(?=^## |$(?![^]))`, 'ms').exec(read('docs/protocols/parley.md')) ?? []
  return plain(text ?? '')
}

describe('the clauses that the lens shows', () => {
  const known = sentences()
  for (const [citation, text] of Object.entries(clauses)) {
    it(`${citation} is where it is said to be, word for word`, () => {
      const [, title] = /^parley\.md ([^(]+?)(?: \(.*\))?$/.exec(citation) ?? []
      const there = title === undefined ? (known.get(citation) ?? '') : chapter(title)
      assert.ok(text !== '' && there.includes(text), `${text}\nis not in\n${there}`)
    })
  }
})
