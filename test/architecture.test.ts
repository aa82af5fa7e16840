import { protocols } from '@parley/protocols'
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { describe, it } from 'node:test'
import { circleAmong, unitOf } from './import-circles.ts'
import { brokenRule } from './import-rules.ts'
import { namesIn, specifiersIn } from './source-text.ts'

const root = join(import.meta.dirname, '..')
const patterns = ['packages/*/{src,suites,testing}/**/*.{ts,tsx}', 'packages/*/bin/*.js', '{test,bench}/**/*.ts']
const files = globSync(patterns, { cwd: root }).map((file) => file.split(sep).join('/'))
const sourceOf = (file: string) => readFileSync(join(root, file), 'utf8')

describe('who may import whom', () => {
  it('every import in the repository keeps the rules', () => {
    let imports = 0
    const broken = files.flatMap((file) => {
      const specifiers = specifiersIn(sourceOf(file))
      imports += specifiers.length
      return specifiers.flatMap((specifier) => {
        const rule = brokenRule(file, specifier)
        return rule === undefined ? [] : [`${file} imports ${specifier}: ${rule}`]
      })
    })
    assert.deepEqual(broken, [])
    assert.ok(imports > files.length, `only ${imports} imports were seen in ${files.length} files`)
  })

  it('the core knows no protocol by its name', () => {
    const names = protocols.map((protocol) => protocol.name)
    const accents = files
      .filter((file) => file.startsWith('packages/core/'))
      .flatMap((file) => namesIn(sourceOf(file), names).map((name) => `${file} speaks of ${name}`))
    assert.deepEqual(accents, [])
  })
})

describe('imports in a circle', () => {
  const imports = files
    .filter((file) => !file.endsWith('.test.ts') && file.startsWith('packages/'))
    .flatMap((from) => specifiersIn(sourceOf(from)).map((specifier) => ({ from, specifier })))
  const relative = imports.flatMap(({ from, specifier }) => {
    return specifier.startsWith('.') ? [[from, posix.join(posix.dirname(from), specifier)] as const] : []
  })

  it('are among no two files of the core', () => {
    const ofCore = relative.filter(([from]) => from.startsWith('packages/core/src/'))
    assert.ok(ofCore.length > 50, `only ${ofCore.length} imports were seen`)
    assert.deepEqual(circleAmong(ofCore), [])
  })

  it('are among no two folders of a package', () => {
    const units = relative.map(([from, to]) => [unitOf(from), unitOf(to)] as const)
    assert.deepEqual(circleAmong(units.filter(([from, to]) => from !== to)), [])
  })

  it('are found wherever they close, and named in their order', () => {
    const one = [
      ['a', 'b'],
      ['b', 'c'],
      ['x', 'y'],
    ] as const
    assert.deepEqual(circleAmong(one), [])
    assert.deepEqual(circleAmong([...one, ['c', 'b']]), ['b', 'c', 'b'])
    assert.deepEqual(circleAmong([...one, ['y', 'x'], ['a', 'x']]), ['x', 'y', 'x'])
    assert.deepEqual(circleAmong([['a', 'a']]), ['a', 'a'])
  })

  it('are looked for among folders and the files beside them', () => {
    const units = [
      ['packages/core/src/users.ts', 'packages/core/src/users.ts'],
      ['packages/core/src/ports/log.ts', 'packages/core/src/ports'],
      ['packages/client/src/node/deep/er.ts', 'packages/client/src/node'],
      ['packages/core/testing/clock.ts', 'packages/core/testing'],
    ] as const
    for (const [file, unit] of units) assert.equal(unitOf(file), unit)
  })
})

describe('the rules of importing', () => {
  const wrong: readonly (readonly [file: string, specifier: string, rule: RegExp])[] = [
    ['packages/core/src/users.ts', 'node:crypto', /^core imports no node/],
    ['packages/core/src/users.ts', 'fast-check', /^core imports no node:\* and no dependency/],
    ['packages/core/src/users.test.ts', 'node:net', /^a test of core imports only node:test/],
    ['packages/core/suites/log-suite.ts', 'node:fs', /^a test of core imports only/],
    ['packages/core/testing/clock.ts', 'node:timers', /^a test of core imports only/],
    ['packages/core/src/users.ts', '@parley/protocols', /^core imports no package/],
    ['packages/core/src/index.ts', '../testing/clock.ts', /^only tests import tests, suites and testing/],
    ['packages/core/src/users.ts', '../suites/log-suite.ts', /^only tests import tests, suites/],
    ['packages/core/src/users.ts', './talk.test.ts', /^only tests import tests/],
    [
      'packages/protocols/src/ident/session.ts',
      '../helo/replies.ts',
      /^ident imports core's public interface, the kit/,
    ],
    ['packages/protocols/src/ident/session.test.ts', '../helo/replies.ts', /no other protocol$/],
    ['packages/protocols/src/ident/session.ts', '../index.ts', /^ident imports/],
    ['packages/protocols/src/kit/lines.ts', '../ident/codec.ts', /^kit imports/],
    ['packages/protocols/src/ident/session.ts', 'node:net', /^protocols imports no node/],
    ['packages/protocols/src/ident/session.ts', '@parley/core/testing', /^only tests import testing of core/],
    ['packages/terminal/src/serve.ts', '@parley/server/testing', /^only tests import testing of server/],
    ['packages/protocols/src/ident/session.ts', '@parley/server', /^protocols imports @parley\/core$/],
    ['packages/protocols/src/ident/session.ts', '@parley/server/testing', /^protocols imports @parley\/core$/],
    ['packages/protocols/src/ident/session.test.ts', '@parley/server', /^protocols imports @parley\/core$/],
    ['packages/protocols/src/ident/session.ts', '../../../core/src/index.ts', /imported by its name$/],
    ['packages/conformance/src/runner.ts', '@parley/core', /^conformance imports @parley\/protocols$/],
    ['packages/conformance/src/runner.test.ts', '@parley/server', /^conformance imports/],
    ['packages/server/src/server.ts', '@parley/conformance', /^server imports @parley\/core, @parley\/protocols$/],
    ['packages/server/src/server.ts', '@parley/core/suites', /^only tests import suites/],
    ['packages/client/src/chat.ts', 'node:net', /^client imports no node/],
    ['packages/client/src/chat.ts', './node/index.ts', /^a browser has nothing of src\/node/],
    ['packages/client/src/chat.ts', '@parley/core', /^client imports @parley\/protocols$/],
    ['packages/terminal/src/serve.ts', '../../server/src/server.ts', /^another package is imported by its name/],
    ['packages/web/src/main.tsx', '@parley/core', /^web imports @parley\/client$/],
    ['packages/gate/src/main.ts', '@parley/core', /^the table says nothing about the package gate/],
    ['test/ghosts.test.ts', '../packages/server/src/server.ts', /^another package is imported by its name/],
    ['bench/load.ts', '/srv/parley/load.ts', /absolute path$/],
  ]
  for (const [file, specifier, rule] of wrong) {
    it(`${file} may not import ${specifier}`, () => assert.match(brokenRule(file, specifier) ?? 'allowed', rule))
  }

  const right: readonly (readonly [file: string, specifier: string])[] = [
    ['packages/core/src/index.ts', './ports/log.ts'],
    ['packages/core/testing/store.ts', '../src/ports/store.ts'],
    ['packages/core/src/users.test.ts', '../testing/test-community.ts'],
    ['packages/core/suites/log-suite.ts', 'node:test'],
    ['packages/core/suites/log-suite.ts', '../testing/clock.ts'],
    ['packages/core/testing/clock.test.ts', '../suites/index.ts'],
    ['packages/protocols/src/ident/session.ts', '../kit/words.ts'],
    ['packages/protocols/src/ident/session.ts', '../protocol.ts'],
    ['packages/protocols/src/ident/codec.test.ts', '../../suites/codec-suite.ts'],
    ['packages/protocols/src/ident/session.test.ts', '@parley/core/testing'],
    ['packages/protocols/src/ident/session.test.ts', '@parley/server/testing'],
    ['packages/server/testing/memory-server.ts', '@parley/core/testing'],
    ['packages/protocols/src/index.ts', './ident/index.ts'],
    ['packages/server/src/server.ts', 'node:net'],
    ['packages/client/src/node/index.ts', 'node:net'],
    ['packages/client/src/node/index.ts', '../chat.ts'],
    ['packages/terminal/src/serve.ts', '@parley/server'],
    ['packages/terminal/src/chat.ts', '@parley/client/node'],
    ['packages/web/src/session/session.ts', '@parley/client/web'],
    ['test/ghosts.test.ts', '@parley/core/testing'],
  ]
  for (const [file, specifier] of right) {
    it(`${file} may import ${specifier}`, () => assert.equal(brokenRule(file, specifier), undefined))
  }
})

describe('reading a source', () => {
  it('finds every form of import, over several lines too, and none in comments', () => {
    const source = [
      "import { a,\n  type B } from './a.ts'",
      "import c, * as d from 'c'",
      "import './e.ts'",
      "export type * from './f.ts'",
      "export { g } from './g.ts'",
      "const h = await import('./h.ts')",
      "// import './no.ts'",
      "/** see import('./no.ts') */",
      "const url = 'https://example.org' // from './no.ts'",
      "export const from = './no.ts'",
    ]
    const found = ['./a.ts', 'c', './e.ts', './f.ts', './g.ts', './h.ts']
    assert.deepEqual(specifiersIn(source.join('\n')), found)
  })

  it('finds a name in identifiers and strings, and not inside of other words or in comments', () => {
    const names = ['ident', 'cp', 'json']
    assert.deepEqual(namesIn('const identWire = CpSession', names), ['ident', 'cp'])
    assert.deepEqual(namesIn("if (wire.name === 'json') return", names), ['json'])
    assert.deepEqual(namesIn('identify(tcp, JSON.parse(text)) // ident, cp and json', names), [])
  })
})
