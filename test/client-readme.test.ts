import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const root = join(import.meta.dirname, '..')
const readme = await readFile(join(root, 'packages/client/README.md'), 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
const listen = ['ident', 'json', 'chatos', 'parley'].map((protocol) => `${protocol}://127.0.0.1:0`)

describe("the examples in the client's README", () => {
  let server: ServerUnderTest
  let directory: string
  before(async () => {
    server = await serverUnderTest({ listen })
    directory = await mkdtemp(join(tmpdir(), 'parley-readme-'))
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'))
  })
  after(async () => {
    await rm(directory, { recursive: true, force: true })
    await server.stop()
  })

  it('are there', () => assert.equal(examples.length, 5))

  for (const [index, code] of examples.entries()) {
    it(`number ${index + 1} says what its comments promise`, async () => {
      const promised = [...code.matchAll(/(?:console\.log\(.*|^)\/\/ (.*)$/gm)].map(([, text]) => text)
      const file = join(directory, `example-${index}.ts`)
      await writeFile(file, onOurServer(code))
      const { said } = (await import(pathToFileURL(file).href)) as { said: unknown[] }
      const shown = said.map((what) => (typeof what === 'string' ? what : inspect(what)))
      assert.deepEqual(
        shown,
        promised.filter((text) => !text?.endsWith('.')),
      )
    })
  }

  /** With our ports, keys in memory, and a console that remembers. */
  function onOurServer(code: string): string {
    const there = code
      .replaceAll(/(\w+):\/\/(\w+)@localhost'\)/g, `$1://$2@localhost', { trust: new MemoryTrust() })`)
      .replaceAll(
        /(\w+):\/\/(\w+)@localhost/g,
        (_, scheme, name) => `${scheme}://${name}@127.0.0.1:${server.port(scheme)}`,
      )
    const memory = code.includes('MemoryTrust') ? '' : "import { MemoryTrust } from '@parley/client'\n"
    return `${memory}export const said: unknown[] = []\nconst console = { log: (what: unknown) => said.push(what) }\n${there}`
  }
})
