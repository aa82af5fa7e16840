import { pageDirectory } from '@parley/web'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

/** Bytes of all scripts together, compressed by brotli as they are sent. */
const mostScript = 72_000
const mostStyle = 8_000

describe('the files of the page', () => {
  const files = readdirSync(pageDirectory)
  const compressed = (ending: string) => {
    const found = files.filter((file) => file.endsWith(`${ending}.br`))
    assert.ok(found.length > 0, `no ${ending} file is there: run npm run build-page`)
    return found.reduce((sum, file) => sum + statSync(join(pageDirectory, file)).size, 0)
  }

  it(`have at most ${mostScript} bytes of script, whatever view is opened`, () => {
    const bytes = compressed('.js')
    assert.ok(bytes <= mostScript, `${bytes} bytes`)
  })

  it(`have at most ${mostStyle} bytes of styles`, () => {
    const bytes = compressed('.css')
    assert.ok(bytes <= mostStyle, `${bytes} bytes`)
  })

  it('name nothing that is elsewhere, and have nothing inline', () => {
    const page = readFileSync(join(pageDirectory, 'index.html'), 'utf8')
    assert.doesNotMatch(page, /https?:|\/\/|<style|style=|<script(?![^>]* src=)| on\w+=/)
    const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name!)
    assert.ok(named.length >= 5)
    assert.deepEqual(
      named.filter((name) => !files.includes(name)),
      [],
    )
  })
})
