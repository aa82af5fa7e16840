import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { LineClient } from './line-client.ts'
import { command } from './restartable-server.ts'
import { serverUnderTest } from './server-under-test.ts'

const password = 'vita2048'
const dayMs = 86_400_000
/** A program has to start on a machine that does much else. */
const patienceMs = 60_000
const lookMs = 50
const hasTmux = spawnSync('tmux', ['-V']).status === 0

it(
  'two terminals on one account and a client of ident hear everything once, also after a kill -9, and find a word of yesterday',
  { skip: hasTmux ? false : 'tmux is not installed' },
  async (t) => {
    const server = await serverUnderTest({
      listen: ['parley://127.0.0.1:0', 'ident://127.0.0.1:0'],
      settings: { limits: { ...defaultSettings.limits, messageRate: null } },
    })
    const terminals = await Terminals.open(`parley://ann@127.0.0.1:${server.port('parley')}`)
    const clients: LineClient[] = []
    const signIn = async (protocol: string, welcome: string, ...lines: readonly string[]) => {
      const client = await LineClient.open(server.port(protocol))
      clients.push(client)
      client.send(...lines)
      await client.hears(welcome)
      return client
    }
    t.after(async () => {
      await terminals.close()
      await Promise.all(clients.map((each) => each.close()))
      await server.stop()
    })
    for (const name of ['ann', 'carl']) await server.addAccount(name, password)
    const yesterday = await signIn('ident', 'OK IDENT', 'IDENT bob')
    yesterday.send('BCST a pumpkin grew here')
    await yesterday.hears('OK BCST')
    for (let at = 0; at < 30; at++) yesterday.send(`BCST and ${at} nettles`)
    await yesterday.hears('OK BCST and 29')
    await yesterday.close()
    await server.rest()
    server.clock.advance(dayMs)

    const bob = await signIn('ident', 'OK IDENT', 'IDENT bob')
    for (const name of ['laptop', 'phone']) await terminals.start(name)
    for (const name of ['laptop', 'phone']) await terminals.shows(name, /ann you/)
    const all: string[] = []
    /** `laptop` and `phone` are whole names of who says it; `bob` says it by ident. */
    const say = async (who: 'bob' | 'laptop' | 'phone', text: string) => {
      all.push(text)
      if (who === 'bob') return bob.send(`BCST ${text}`)
      await terminals.type(who, text)
      await bob.hears(`BCST ann ${text}\n`)
    }
    await say('bob', 'one by bob')
    await say('laptop', 'two by laptop')
    await say('phone', 'three by phone')
    for (const name of ['laptop', 'phone']) await terminals.showsOnce(name, all)

    await terminals.kill('phone')
    await say('bob', 'four by bob')
    await say('laptop', 'five by laptop')
    await say('bob', 'six by bob')
    await terminals.showsOnce('laptop', all)
    await terminals.start('phone')
    await terminals.showsOnce('phone', all)
    await say('bob', 'seven by bob')
    await say('phone', 'eight by phone')
    for (const name of ['laptop', 'phone']) await terminals.showsOnce(name, all)
    for (const text of all.filter((each) => !each.includes('bob'))) {
      assert.equal(bob.heard.split(`BCST ann ${text}\n`).length - 1, 1, text)
    }

    await terminals.type('phone', '/search pumpkin')
    await terminals.shows('phone', /bob: a pumpkin grew here/)

    const hello = JSON.stringify({ do: 'hello', versions: [1] })
    const entering = JSON.stringify({ id: 1, do: 'sign-in', name: 'carl', password })
    const carl = await signIn('parley', '"name":"carl"', hello, entering)
    carl.send(JSON.stringify({ id: 2, do: 'say', to: '@ann', text: 'for you alone' }))
    for (const name of ['laptop', 'phone']) await terminals.shows(name, /@carl +1/)
    await terminals.type('laptop', '/query carl')
    await terminals.shows('laptop', /for you alone/)
    await terminals.shows('phone', /^(?![^]*@carl +1)[^]*@carl/)
  },
)

/** `parley chat` of one account on terminals of their own. */
class Terminals {
  readonly #directory: string
  readonly #url: string

  private constructor(directory: string, url: string) {
    this.#directory = directory
    this.#url = url
  }

  static async open(url: string): Promise<Terminals> {
    return new Terminals(await mkdtemp(join(tmpdir(), 'parley-devices-')), url)
  }

  /** With the keys and the memory that the terminal of that name had before. */
  async start(name: string): Promise<void> {
    const words = [process.execPath, command, 'chat', '--no-seal', '--keys', join(this.#directory, name), this.#url]
    const variables = [`HOME=${this.#directory}`, `XDG_CONFIG_HOME=${this.#directory}`, `PARLEY_PASSWORD=${password}`]
    const environment = variables.flatMap((each) => ['-e', each])
    await this.#tmux('new-session', '-d', '-s', name, '-x', '100', '-y', '50', ...environment, ...words)
    await this.shows(name, /F1 help/)
  }

  /** With -9. */
  async kill(name: string): Promise<void> {
    const pid = Number(await this.#tmux('display', '-p', '-t', name, '#{pane_pid}'))
    process.kill(pid, 'SIGKILL')
    const sessions = async () => (await this.#tmux('list-sessions', '-F', '#{session_name}')).split('\n')
    while ((await sessions()).includes(name)) await pause(lookMs)
  }

  async type(name: string, line: string): Promise<void> {
    await this.#tmux('send-keys', '-t', name, '-l', line)
    await this.#tmux('send-keys', '-t', name, 'Enter')
  }

  async shows(name: string, what: RegExp): Promise<void> {
    await this.#until(name, String(what), (picture) => what.test(picture))
  }

  async showsOnce(name: string, texts: readonly string[]): Promise<void> {
    const count = (picture: string, text: string) => picture.split(text).length - 1
    await this.#until(name, texts.join(', '), (picture) => texts.every((text) => count(picture, text) === 1))
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => {})
    await rm(this.#directory, { recursive: true, force: true })
  }

  async #until(name: string, what: string, isThere: (picture: string) => boolean): Promise<void> {
    let last = ''
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline;) {
      last = await this.#tmux('capture-pane', '-p', '-t', name)
      if (isThere(last)) return
      await pause(lookMs)
    }
    throw new Error(`${name} does not show ${what}\n${last}`)
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    const socket = ['-S', join(this.#directory, 'socket'), '-f', '/dev/null']
    const { stdout } = await promisify(execFile)('tmux', [...socket, ...words])
    return stdout
  }
}
