import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const execute = promisify(execFile)
const root = join(import.meta.dirname, '..')

/** `npm run pack` and `npm install` as a user does them, without network: what the registry has is linked from here. */
describe('the package that npm run pack makes', () => {
  let directory: string
  let installed: string
  const parley = (...args: string[]) =>
    execute(process.execPath, [join(installed, 'bin', 'parley.js'), ...args], { cwd: directory })

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-packed-'))
    installed = join(directory, 'node_modules', 'parley')
    await execute('npm', ['run', '--silent', 'pack', '--', directory], { cwd: root })
    const [tarball] = await readdir(directory)
    assert.match(tarball ?? '', /^parley-\d+\.\d+\.\d+\.tgz$/)
    await writeFile(join(directory, 'package.json'), '{}')
    const { stdout } = await execute('tar', ['xzOf', tarball!, 'package/package.json'], { cwd: directory })
    const { dependencies } = JSON.parse(stdout) as { dependencies: Readonly<Record<string, string>> }
    for (const name of Object.keys(dependencies)) {
      const link = join(directory, 'node_modules', name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(join(root, 'node_modules', name), link)
    }
    const offline = [
      '--offline',
      '--cache',
      join(directory, 'cache'),
      '--omit=optional',
      '--ignore-scripts',
      '--no-audit',
    ]
    await execute('npm', ['install', '--no-save', ...offline, `./${tarball}`], { cwd: directory })
  })
  after(() => rm(directory, { recursive: true, force: true }))

  it('is in order, as publint sees it', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true })
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg, { color: false })),
      [],
    )
  })

  it('holds JavaScript only, and no tests', async () => {
    const files = await readdir(installed, { recursive: true })
    assert.deepEqual(
      files.filter((file) => /\.tsx?$|\.test\.|fake|testing|suites/.test(file)),
      [],
    )
  })

  it('runs outside of the checkout, and is imported by programs', { timeout: 30_000 }, async () => {
    const { version } = JSON.parse(await readFile(join(root, 'packages/terminal/package.json'), 'utf8')) as {
      version: string
    }
    assert.equal((await parley('--version')).stdout, `${version}\n`)
    const data = join(directory, 'data')
    const server = spawn(
      process.execPath,
      [join(installed, 'bin', 'parley.js'), 'serve', '--listen', 'helo://127.0.0.1:0', '--data', data],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const exited = once(server, 'exit')
    try {
      const { value } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next()
      const { port } = JSON.parse(String(value)) as { port: number }
      assert.equal((await parley('users', `helo://ann@127.0.0.1:${port}`)).stdout, 'ann\n')
      assert.equal((await parley('user', 'list', '--data', data)).stdout, '')
      const program = [
        "import { connect } from 'parley/client/node'",
        "import { ChatError } from 'parley/client'",
        `const chat = await connect('helo://bot@127.0.0.1:${port}')`,
        'console.log(await chat.users(), ChatError.name)',
        'await chat.close()',
      ].join('\n')
      const imported = await execute(process.execPath, ['--input-type=module', '-e', program], { cwd: directory })
      assert.equal(imported.stdout, "[ 'bot' ] ChatError\n")
    } finally {
      server.kill('SIGTERM')
    }
    assert.deepEqual(await exited, [0, null])
  })

  it('has every file that it loads, the screen among them', async () => {
    const files = (await readdir(join(installed, 'lib'), { recursive: true })).filter((file) => file.endsWith('.js'))
    // What the page loads runs in a browser, and a worker in a thread of its own.
    const urls = files
      .filter((file) => !/worker|^web.dist/.test(file))
      .map((file) => `file://${join(installed, 'lib', file)}`)
    const code = `for (const url of ${JSON.stringify(urls)}) await import(url); process.exit(0)`
    await execute(process.execPath, ['--input-type=module', '-e', code], { cwd: directory })
    assert.ok(files.includes('terminal/chat-screen/screen.js'))
    assert.ok(files.some((file) => /^web.dist.app-/.test(file)))
  })
})
