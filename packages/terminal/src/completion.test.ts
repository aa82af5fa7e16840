import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { execFile, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { shells, type Shell } from './command-line.ts'
import { FakeStreams } from './fake-streams.ts'
import { run } from './index.ts'

const execute = promisify(execFile)

/** What is typed, and what it may become. A line that ends with a single possibility is completed by it. */
const cases: readonly (readonly [typed: string, becomes: readonly string[]])[] = [
  ['parley ser', ['serve']],
  ['parley user pas', ['passwd']],
  ['parley hook rem', ['remove']],
  ['parley hook add ci --hea', ['--hears']],
  ['parley completion f', ['fish']],
  ['parley serve --log-l', ['--log-level']],
  ['parley serve --log-level wa', ['warn']],
  ['parley inbox cp://ann@localhost --ke', ['--keep']],
  ['parley tunnel accept chatos://ann@localhost --fr', ['--from']],
  ['parley check client helo --rep', ['--reporter']],
  ['parley check --reporter ju', ['junit']],
  ['parley record --out', ['--output']],
  ['parley serve --tls-cert my', ['my cert.pem']],
  ['parley serve --data da', ['data']],
  ['parley send helo://ann@localhost my', ['my cert.pem']],
]

/** Prints a possibility a line. */
const bash = `
source "$1"
read -ra COMP_WORDS <<<"$2"
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_parley
printf '%s\\n' "\${COMPREPLY[@]}"`

const fish = `source $argv[1]; complete -C $argv[2] | string replace -r '\\t.*' ''; true`

/** In a terminal of its own, where completion runs as it does for people; prints the line that it makes. */
const zsh = `
zmodload zsh/zpty
zpty parley zsh -f -i
zpty -w parley "PS1= PS2= RPS1=; stty -echo; autoload -Uz compinit; compinit -u -D; source \${(q)1}"
zpty -w parley 'completed() { zle complete-word; BUFFER="print -r -- made: \${(q)BUFFER}"; zle accept-line }; zle -N completed; bindkey "^T" completed'
zpty -w parley "print -r -- ready"
zpty -r parley said $'*\\nready*\\n'
zpty -w -n parley "$2"$'\\C-t'
zpty -r parley said $'*\\nmade: *\\n'
print -r -- "\${\${said##*$'\\n'made: }%%[$'\\r\\n']*}"
zpty -d parley`

const ask: Readonly<Record<Shell, (script: string, typed: string) => readonly string[]>> = {
  bash: (script, typed) => ['--norc', '-c', bash, 'bash', script, typed],
  zsh: (script, typed) => ['-f', '-c', zsh, 'zsh', script, typed],
  fish: (script, typed) => ['--no-config', '-c', fish, script, typed],
}

for (const shell of shells) {
  const missing = spawnSync(shell, ['-c', 'exit 0']).status !== 0 && `${shell} is not installed`
  describe(`completion in ${shell}`, { skip: missing }, () => {
    let directory: string
    let script: string
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'parley-completion-'))
      script = join(directory, 'completion')
      const streams = new FakeStreams({ piped: '' })
      assert.equal(await run(['completion', shell], streams), 0)
      await writeFile(script, streams.written)
      await writeFile(join(directory, 'my cert.pem'), '')
      await mkdir(join(directory, 'data'))
    })
    after(() => rm(directory, { recursive: true }))

    for (const [typed, becomes] of cases) {
      it(`of ${typed}`, async () => {
        const { stdout } = await execute(shell, ask[shell](script, typed), { cwd: directory, timeout: 30_000 })
        const said = stdout.trim().replaceAll('\\', '')
        const words = typed.split(' ').slice(0, -1).join(' ')
        if (shell === 'zsh') assert.equal(said.replace(/\/?$/, '').trim(), `${words} ${becomes[0]}`)
        else
          assert.deepEqual(
            said.split('\n').map((each) => each.replace(/\/$/, '')),
            becomes,
          )
      })
    }
  })
}
