import { build, type BuildOptions, type OutputFile } from 'esbuild'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { wordsAsData } from './words.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome120', 'firefox121', 'safari17.4'],
  legalComments: 'none',
  outdir: dist,
  write: false,
} satisfies BuildOptions

/** What a file of the page is, by its name and what is in it. */
type PageFiles = Map<string, Uint8Array>

/**
 * Makes `dist`, one flat directory: what the server reads, as it is sent. A name with a hash in it
 * never has another content.
 */
export async function buildPage(): Promise<void> {
  const files: PageFiles = new Map()
  const scripts = await bundle(files)
  for (const name of readdirSync(join(root, 'static'))) {
    if (name !== 'index.html') files.set(name, readFileSync(join(root, 'static', name)))
  }
  files.set('index.html', Buffer.from(page(scripts)))
  files.set('sw.js', await serviceWorker(files))
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist, { recursive: true })
  for (const [name, bytes] of files) {
    writeFileSync(join(dist, name), bytes)
    if (name.endsWith('.png')) continue
    writeFileSync(join(dist, `${name}.br`), brotli(bytes))
    writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
}

/** Returns the names of the script and the styles that the page begins with, and of what that script needs at once. */
async function bundle(files: PageFiles): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: { app: 'src/main.tsx', style: 'src/styles/index.css' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    splitting: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [wordsAsData],
  })
  for (const file of outputFiles) files.set(basename(file.path), file.contents)
  const find = (pattern: RegExp) => basename(outputFiles.find(({ path }) => pattern.test(path))!.path)
  return { script: find(/app-\w+\.js$/), style: find(/style-\w+\.css$/) }
}

function page({ script, style }: { readonly script: string; readonly style: string }): string {
  const template = readFileSync(join(root, 'static', 'index.html'), 'utf8')
  return template.replace('app.js', script).replace('style.css', style)
}

/** It keeps all files of this build under a name of their own, so that a page never mixes two builds. */
async function serviceWorker(files: PageFiles): Promise<Uint8Array> {
  const hash = createHash('sha256')
  for (const [name, bytes] of [...files].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(name).update(bytes)
  const names = [...files.keys()].filter((name) => name !== 'index.html')
  const { outputFiles } = await build({
    ...shared,
    entryPoints: ['src/service-worker.ts'],
    define: { BUILD: JSON.stringify(hash.digest('hex').slice(0, 12)), FILES: JSON.stringify(['./', ...names]) },
  })
  return (outputFiles[0] as OutputFile).contents
}

function brotli(bytes: Uint8Array): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants
  return brotliCompressSync(bytes, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length } })
}
