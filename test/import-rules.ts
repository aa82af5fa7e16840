import { posix } from 'node:path'

/** Packages that each package may import; `@parley/core/testing` is part of core. The table of the design, as data. */
const importable: { readonly [name: string]: readonly string[] } = {
  core: [],
  protocols: ['@parley/core'],
  conformance: ['@parley/protocols'],
  server: ['@parley/core', '@parley/protocols'],
  client: ['@parley/protocols'],
  web: ['@parley/client'],
  terminal: [
    '@parley/core',
    '@parley/protocols',
    '@parley/server',
    '@parley/client',
    '@parley/conformance',
    '@parley/web',
  ],
}
/** Beyond that, what their tests may import. */
const importableByTests: { readonly [name: string]: readonly string[] } = {
  protocols: ['@parley/server/testing'],
}
/** They run in a browser as well, so they know no `node:*` and nothing that has to be installed. */
const portable = ['core', 'protocols', 'client']
/** But for these, which run in a browser as well: from which folders of which package. */
const portableDependencies: { readonly [owner: string]: { readonly [name: string]: string } } = {
  client: { '@hpke/core': 'src/sealing/', '@scure/bip39': 'src/sealing/' },
}
/** What every protocol may import of the package beside the kit. */
const contracts = ['src/protocol.ts', 'src/administration.ts', 'src/lens-view.ts']
/** Where the client has what only Node can do. */
const forNode = 'src/node/'
/** What packages show to the tests of others. */
const testSubpaths = ['suites', 'testing']
const testTools = ['node:test', 'node:assert', 'node:assert/strict', 'fast-check']

interface Place {
  readonly file: string
  /** Undefined: in `test/` or `bench/`. */
  readonly owner: string | undefined
  /** Inside the package, such as `src/ident/wire.ts`. */
  readonly path: string
  readonly isTest: boolean
}

/**
 * Why `file` may not import `specifier`, or undefined. `file` is a path from the root of the repository, with slashes,
 * of a source, a suite, a test or what tests use; what is there on the disk does not matter.
 */
export function brokenRule(file: string, specifier: string): string | undefined {
  const from = placeOf(file)
  if (/^\.{0,2}\//.test(specifier)) return brokenRelative(from, specifier)
  if (specifier.startsWith('@parley/')) return brokenPackage(from, specifier)
  const { owner, path, isTest } = from
  if (owner === undefined || !portable.includes(owner) || isForNode(owner, path)) return undefined
  if (!isTest && !isPortable(owner, path, specifier)) return `${owner} imports no node:* and no dependency`
  if (owner === 'core' && !testTools.includes(specifier)) return `a test of core imports only ${testTools.join(', ')}`
  return undefined
}

function brokenPackage({ owner, isTest }: Place, specifier: string): string | undefined {
  if (owner === undefined) return undefined
  const allowed = importable[owner]
  if (!allowed) return `the table says nothing about the package ${owner}`
  if (isTest && importableByTests[owner]?.includes(specifier)) return undefined
  const [scope, name, subpath] = specifier.split('/')
  if (!allowed.includes(`${scope}/${name}`)) return `${owner} imports ${allowed.join(', ') || 'no package'}`
  if (subpath !== undefined && testSubpaths.includes(subpath) && !isTest)
    return `only tests import ${subpath} of ${name}`
  return undefined
}

function brokenRelative(from: Place, specifier: string): string | undefined {
  if (specifier.startsWith('/')) return 'no file is imported by its absolute path'
  const to = placeOf(posix.join(posix.dirname(from.file), specifier))
  if (to.owner !== from.owner) return 'another package is imported by its name'
  if (!from.isTest && to.isTest) return 'only tests import tests, suites and testing'
  if (from.owner === 'protocols') return brokenInProtocols(from, to)
  return from.owner === 'client' ? brokenInClient(from, to) : undefined
}

function brokenInProtocols(from: Place, to: Place): string | undefined {
  const own = folderOf(from.path)
  const other = folderOf(to.path)
  if (own === undefined || other === own || contracts.includes(to.path)) return undefined
  if (other === 'kit' || other === 'carriers' || (from.isTest && to.path.startsWith('suites/'))) return undefined
  return `${own} imports core's public interface, the kit and protocol.ts, and no other protocol`
}

function brokenInClient(from: Place, to: Place): string | undefined {
  const leads = !from.isTest && isForNode('client', to.path) && !isForNode('client', from.path)
  return leads ? `a browser has nothing of ${forNode}` : undefined
}

function isForNode(owner: string, path: string): boolean {
  return owner === 'client' && path.startsWith(forNode)
}

function isPortable(owner: string, path: string, specifier: string): boolean {
  const [name = ''] = /^@[^/]+\/[^/]+/.exec(specifier) ?? []
  const folder = portableDependencies[owner]?.[name]
  return folder !== undefined && path.startsWith(folder)
}

/** `ident` of `src/ident/wire.ts`; undefined for what belongs to no protocol. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function placeOf(file: string): Place {
  const [, owner, path = file] = /^packages\/([^/]+)\/(.*)$/.exec(file) ?? []
  return { file, owner, path, isTest: path.endsWith('.test.ts') || /^(suites|testing)\//.test(path) }
}
