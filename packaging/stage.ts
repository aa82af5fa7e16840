import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, posix } from 'node:path'

const root = join(import.meta.dirname, '..')
/** Where the package begins; all that these lead to becomes part of it. */
const command = 'packages/terminal/bin/parley.js'
/** What programs import: the library of the client, as it is in the workspace. */
const library = {
  './client': 'packages/client/src/index.ts',
  './client/node': 'packages/client/src/node/index.ts',
}
/** Files that nothing imports. */
const beside = {
  'packages/terminal/bin/package.json': 'bin/package.json',
  'packages/terminal/man/parley.1': 'man/parley.1',
  'packages/terminal/README.md': 'README.md',
  'parley.example.jsonc': 'parley.example.jsonc',
  'CHANGELOG.md': 'CHANGELOG.md',
  LICENSE: 'LICENSE',
}
const manifestFile = 'packages/terminal/package.json'
/** What loads another file: `from '…'`, `import '…'`, `import('…')`, `require('…')`, `new URL('…', import.meta.url)`. */
const loads = /(\b(?:from |import |import\(|require\(|new URL\())'([@\w.][\w@./:-]*)'/g

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * Writes the package `parley` into an empty directory: the command and the library of the client, with all packages of the
 * workspace that they need, as JavaScript, because Node strips no types below `node_modules`. Types become blanks, so that
 * lines stay where they are. One package, since a client and a codec of different versions would not fit.
 */
export function stage(directory: string): void {
  const outside = new Map<string, string>()
  const known = new Set([command, ...Object.values(library)])
  for (const source of known) {
    // Transcripts are data: they are shipped as they are.
    if (statSync(join(root, source)).isDirectory()) {
      cpSync(join(root, source), join(directory, targetOf(source)), { recursive: true })
      continue
    }
    const code = read(source)
    const plain = source.endsWith('.ts') ? stripTypeScriptTypes(code) : code
    const target = targetOf(source)
    const loaded = plain.replaceAll(loads, (whole, before: string, specifier: string) => {
      const file = fileOf(source, specifier)
      if (file === null) {
        if (!specifier.includes(':')) need(outside, source, specifier)
        return whole
      }
      if (file !== manifestFile) known.add(file)
      return `${before}'${relative(target, file === manifestFile ? 'package.json' : targetOf(file))}'`
    })
    write(directory, target, loaded, target.startsWith('bin/'))
  }
  for (const [source, target] of Object.entries(beside)) write(directory, target, read(source))
  write(directory, 'package.json', `${JSON.stringify(manifest(outside), null, 2)}\n`)
}

function manifest(dependencies: ReadonlyMap<string, string>): object {
  const { name, version, description, license } = manifestOf(manifestFile)
  const exported = Object.fromEntries(Object.entries(library).map(([path, source]) => [path, `./${targetOf(source)}`]))
  return {
    name,
    version,
    private: true,
    description,
    license,
    type: 'module',
    bin: { parley: 'bin/parley.js' },
    man: ['./man/parley.1'],
    exports: { ...exported, './package.json': './package.json' },
    files: ['bin', 'lib', 'man', 'parley.example.jsonc', 'CHANGELOG.md'],
    dependencies: Object.fromEntries([...dependencies].toSorted(([one], [other]) => (one < other ? -1 : 1))),
    // The right Node for whoever has another one: the command starts it. So there are no `engines` to warn about.
    optionalDependencies: manifestOf('package.json').optionalDependencies,
  }
}

/** A file of the workspace; null: what Node or a dependency has. */
function fileOf(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return existing(posix.join(posix.dirname(from), specifier))
  const [, name, subpath = ''] = /^@parley\/([^/]+)(\/.*)?$/.exec(specifier) ?? []
  if (name === undefined) return null
  const entry = manifestOf(`packages/${name}/package.json`).exports?.[`.${subpath}`]
  if (entry === undefined) throw new Error(`${from}: ${specifier} is not exported`)
  return existing(posix.join('packages', name, entry))
}

/** CommonJS leaves out the extension. */
function existing(file: string): string {
  const found = [file, `${file}.js`].find((each) => existsSync(join(root, each)))
  if (found === undefined) throw new Error(`there is no file ${file}`)
  return found
}

function need(outside: Map<string, string>, source: string, specifier: string): void {
  const [, owner] = /^packages\/([^/]+)\//.exec(source) ?? []
  const [, name = ''] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? []
  if (source.endsWith('.js')) return
  const version = manifestOf(`packages/${owner}/package.json`).dependencies?.[name]
  if (version === undefined) throw new Error(`${source}: ${name} is no dependency of ${owner}`)
  outside.set(name, version)
}

/** `packages/core/src/users.ts` is `lib/core/users.js`; what is in `bin` stays there. */
function targetOf(source: string): string {
  const [, name, path = ''] = /^packages\/([^/]+)\/(?:src\/)?(.+)$/.exec(source) ?? []
  return path.startsWith('bin/') ? path : `lib/${name}/${path.replace(/\.ts$/, '.js')}`
}

function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

function manifestOf(file: string): Manifest {
  return JSON.parse(read(file)) as Manifest
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

function write(directory: string, file: string, text: string, executable = false): void {
  const path = join(directory, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode: executable ? 0o755 : 0o644 })
}
