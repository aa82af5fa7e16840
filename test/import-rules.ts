import { posix } from 'node:path'

/** Packages that each package may import; `@parley/core/memory` is part of core. The table of the design, as data. */
const importable: { readonly [name: string]: readonly string[] } = {
  core: [],
  protocols: ['@parley/core'],
  conformance: ['@parley/protocols'],
  server: ['@parley/core', '@parley/protocols'],
  client: ['@parley/protocols'],
  terminal: ['@parley/core', '@parley/protocols', '@parley/server', '@parley/client', '@parley/conformance'],
}
/** They run in a browser as well, so they know no `node:*` and nothing that has to be installed. */
const portable = ['core', 'protocols', 'client']
/** Where the client has what only Node can do. */
const forNode = 'src/node/'
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
 * of a source, a suite or a test; what is there on the disk does not matter.
 */
export function brokenRule(file: string, specifier: string): string | undefined {
  const from = placeOf(file)
  if (/^\.{0,2}\//.test(specifier)) return brokenRelative(from, specifier)
  if (specifier.startsWith('@parley/')) return brokenPackage(from, specifier)
  const { owner, path, isTest } = from
  if (owner === undefined || !portable.includes(owner) || isForNode(owner, path)) return undefined
  if (!isTest) return `${owner} imports no node:* and no dependency`
  if (owner === 'core' && !testTools.includes(specifier)) return `a test of core imports only ${testTools.join(', ')}`
  return undefined
}

function brokenPackage({ owner, isTest }: Place, specifier: string): string | undefined {
  if (owner === undefined) return undefined
  const allowed = importable[owner]
  if (!allowed) return `the table says nothing about the package ${owner}`
  const [scope, name, face] = specifier.split('/')
  if (!allowed.includes(`${scope}/${name}`)) return `${owner} imports ${allowed.join(', ') || 'no package'}`
  if (name === 'core' && face !== undefined && !isTest) return `only tests import ${face} of core`
  return undefined
}

function brokenRelative(from: Place, specifier: string): string | undefined {
  if (specifier.startsWith('/')) return 'no file is imported by its absolute path'
  const to = placeOf(posix.join(posix.dirname(from.file), specifier))
  if (to.owner !== from.owner) return 'another package is imported by its name'
  if (!from.isTest && to.isTest) return 'only tests import tests and suites'
  if (from.owner === 'core') return brokenInCore(from, to)
  if (from.owner === 'protocols') return brokenInProtocols(from, to)
  return from.owner === 'client' ? brokenInClient(from, to) : undefined
}

/** The reference implementations are for tests; `index.ts` shows those that are used in earnest. */
function brokenInCore(from: Place, to: Place): string | undefined {
  const inMemory = (place: Place) => place.path.startsWith('src/memory/')
  if (from.isTest || from.path === 'src/index.ts' || inMemory(from)) return undefined
  return inMemory(to) ? 'a feature of core knows the ports, and nothing in memory/' : undefined
}

function brokenInProtocols(from: Place, to: Place): string | undefined {
  const own = folderOf(from.path)
  const other = folderOf(to.path)
  if (own === undefined || other === own || to.path === 'src/protocol.ts') return undefined
  if (other === 'kit' || (from.isTest && to.path.startsWith('suites/'))) return undefined
  return `${own} imports core's face, the kit and protocol.ts, and no other protocol`
}

function brokenInClient(from: Place, to: Place): string | undefined {
  const leads = !from.isTest && isForNode('client', to.path) && !isForNode('client', from.path)
  return leads ? `a browser has nothing of ${forNode}` : undefined
}

function isForNode(owner: string, path: string): boolean {
  return owner === 'client' && path.startsWith(forNode)
}

/** `ident` of `src/ident/wire.ts`; undefined for what belongs to no protocol. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function placeOf(file: string): Place {
  const [, owner, path = file] = /^packages\/([^/]+)\/(.*)$/.exec(file) ?? []
  return { file, owner, path, isTest: path.endsWith('.test.ts') || path.startsWith('suites/') }
}
