import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { specifiersIn } from './source-text.ts'

const packages = join(import.meta.dirname, '..', 'packages')

/** Libraries that run in a browser as they are. */
const allowed: ReadonlySet<string> = new Set(['@hpke/core', '@scure/bip39/wordlists/english.js'])

describe('what a browser gets of the client', () => {
  for (const subpath of ['.', './web', './conversations']) {
    it(`is all of @parley/client${subpath.slice(1)} and of what that imports, without anything of Node`, () => {
      const { files, foreign } = reachableFrom('client', subpath)
      assert.deepEqual(foreign, [])
      assert.ok(files.length > 5, String(files.length))
      const folder = join(packages, 'client', 'src', 'node')
      assert.deepEqual(
        files.filter((file) => file.startsWith(folder)),
        [],
      )
    })
  }
})

/** Every file that is imported from there, types included, and what is neither a file nor a package of ours. */
function reachableFrom(name: string, subpath: string) {
  const files = new Set<string>()
  const foreign: string[] = []
  const pending = [fileOf(name, subpath)]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file)) continue
    files.add(file)
    for (const specifier of specifiersIn(readFileSync(file, 'utf8'))) {
      const [, owner, rest = ''] = /^@parley\/([^/]+)(\/.*)?$/.exec(specifier) ?? []
      if (specifier.startsWith('.')) pending.push(join(dirname(file), specifier))
      else if (owner !== undefined) pending.push(fileOf(owner, `.${rest}`))
      else if (!allowed.has(specifier)) foreign.push(`${file} imports ${specifier}`)
    }
  }
  return { files: [...files], foreign }
}

function fileOf(name: string, subpath: string): string {
  const folder = join(packages, name)
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports: { readonly [subpath: string]: string }
  }
  return join(folder, exports[subpath] ?? '')
}
