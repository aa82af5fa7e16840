import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/adding-a-command.md'), 'utf8')

/** A link to a file on a line of its own, and the block of code below it. */
const excerpts = Array.from(
  page.matchAll(/^\[(\S+)\]\(\.\.\/\1\)\n\n```\w*\n([^]*?)^```$/gm),
  ([, file = '', code = '']) => ({
    file,
    // A line of `…` stands for what is left out.
    parts: code.split(/^…$/m).map(withoutIndentation),
  }),
)

describe('the page about adding a command', () => {
  it('shows every file that it names on a line of its own', () => {
    const named = Array.from(page.matchAll(/^\[packages\/\S+\]/gm))
    assert.ok(named.length > 8)
    assert.equal(excerpts.length, named.length)
  })

  for (const { file, parts } of excerpts) {
    it(`shows what ${file} holds`, () => {
      const source = withoutIndentation(readFileSync(join(root, file), 'utf8'))
      let from = 0
      for (const part of parts) {
        const at = source.indexOf(part, from)
        assert.ok(at >= 0, `${file} does not hold\n${part}`)
        from = at + part.length
      }
    })
  }

  it('links to what is there', () => {
    const links = Array.from(page.matchAll(/\]\(([^)#]+)/g), ([, target = '']) => target)
    assert.deepEqual(
      links.filter((target) => !existsSync(join(root, 'docs', target))),
      [],
    )
  })
})

function withoutIndentation(text: string): string {
  return text.replaceAll(/^ +/gm, '').trim()
}
