import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { wiresPage } from './wires-page.ts'

const committed = new URL('../../../docs/what-each-protocol-can-say.md', import.meta.url)

describe('the page of what each protocol can say', () => {
  it('shows one event in the words of each, with options and forms only where they differ', () => {
    const page = wiresPage()
    const section = page.slice(page.indexOf('## private-message'), page.indexOf('## group-message'))
    assert.match(section, /\| `ident` \| `PRIVATE_MESSAGE ann at four: café`<br>`PRIVATE_MESSAGE ann bring cake` \|/)
    assert.match(section, /\| `cp` \| no words \|/)
    assert.match(section, /\| `json` after `LOGIN` \|/)
    assert.doesNotMatch(section, /texts=course/)
  })

  it('is the page that is committed (npm run pages writes it)', () => {
    assert.equal(readFileSync(committed, 'utf8'), wiresPage())
  })
})
