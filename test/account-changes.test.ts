import { parseUserName } from '@parley/core'
import { protocols } from '@parley/protocols'
import { administer, lockDataDirectory, silentLogger, startAdminServer, type AdminRequest } from '@parley/server'
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

type ProtocolName = 'ident' | 'helo' | 'json' | 'cp' | 'chatos'

const chatos = protocols.find(({ name }) => name === 'chatos')!.notation

/** How a name is taken, without a password as a guest, what is said to that, and what is said at the end (X-3). */
const words: {
  readonly [P in ProtocolName]: {
    signIn(name: string, password: string | null): Uint8Array
    readonly taken: RegExp
    /** null: it has frames instead of lines. */
    readonly lastLine: string | null
  }
} = {
  ident: {
    signIn: (name, password) => lines(`IDENT ${name}${password === null ? '' : ` ${password}`}`),
    taken: /^OK IDENT \w+\n/m,
    lastLine: 'DSCN Account has changed',
  },
  helo: {
    signIn: (name, password) => lines(`HELO ${name}${password === null ? '' : ` ${password}`}`),
    taken: /^\+OK HELO \w+\n/m,
    lastLine: 'DSCN Account has changed',
  },
  json: {
    signIn: (username, password) => {
      return lines(`LOGIN_REQ ${JSON.stringify({ username, ...(password !== null && { password }) })}`)
    },
    taken: /^LOGIN_RESP \{"status":"OK"\}\n/m,
    lastLine: 'DSCN {"reason":7103}',
  },
  cp: {
    signIn: (name, password) => lines(`USER${name}`, `PASS${password}`),
    taken: /^230 user authenticated successfully/m,
    lastLine: '230 user authenticated successfully',
  },
  chatos: {
    signIn: (name) => chatos.write(`CR pseudo="${name}"`),
    taken: /[^]/,
    lastLine: null,
  },
}

function lines(...texts: readonly string[]): Uint8Array {
  return Buffer.from(texts.map((each) => `${each}\n`).join(''))
}

const withGuests: readonly ProtocolName[] = ['ident', 'helo', 'json', 'chatos']
const withPasswords: readonly ProtocolName[] = ['ident', 'helo', 'json', 'cp']

describe(
  'what the operator changes on a running server ends connections of that name at once (X-3)',
  { timeout: 30_000 },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-accounts-'))
    let server: ServerUnderTest
    let stop = async () => {}

    before(async () => {
      server = await serverUnderTest({ listen: Object.keys(words).map((name) => `${name}://127.0.0.1:0`) })
      const lock = lockDataDirectory(directory)
      assert.ok(lock.ok)
      const { administration: admin } = server.running
      const listening = await startAdminServer({
        directory,
        admin,
        hooks: null as never,
        saved: async () => {},
        logger: silentLogger,
      })
      assert.ok(listening.ok)
      stop = async () => {
        await listening.value.close()
        lock.value.release()
        await server.stop()
      }
    })
    after(async () => {
      await stop()
      rmSync(directory, { recursive: true })
    })

    /** As `parley user` does it. */
    async function change(request: AdminRequest): Promise<void> {
      const changed = await administer(directory, request)
      assert.ok(changed.ok && changed.result.ok, JSON.stringify(changed))
    }

    async function signedIn(protocol: ProtocolName, name: string, password: string | null): Promise<LineClient> {
      const client = await LineClient.open(server.port(protocol))
      const { signIn, taken } = words[protocol]
      client.socket.write(signIn(name, password))
      await client.until(() => taken.test(client.heard), `${name} is signed in by ${protocol}`)
      return client
    }

    async function isEnded(protocol: ProtocolName, client: LineClient): Promise<void> {
      await client.closed()
      const { lastLine } = words[protocol]
      if (lastLine !== null) assert.equal(client.heard.trimEnd().split('\n').at(-1), lastLine)
      else
        assert.deepEqual(chatos.read(Buffer.from(client.heard, 'latin1')).lines, ['ERROR OK'], 'the one for signing in')
    }

    for (const protocol of withGuests) {
      it(`a guest of ${protocol}, when the name is registered`, async () => {
        const name = named(`Gast_${protocol}`)
        const guest = await signedIn(protocol, name, null)
        await change({ do: 'user.add', name, password: 'first' })
        await isEnded(protocol, guest)
        assert.deepEqual(server.running.community.users.names(), [])
      })
    }

    for (const protocol of withPasswords) {
      it(`the holder of an account on ${protocol}, when it gets another password and when it is removed`, async () => {
        const name = named(`Own_${protocol}`)
        await change({ do: 'user.add', name, password: 'first' })
        const first = await signedIn(protocol, name, 'first')
        await change({ do: 'user.password', name, password: 'second' })
        await isEnded(protocol, first)
        const second = await signedIn(protocol, name, 'second')
        await change({ do: 'user.remove', name })
        await isEnded(protocol, second)
        assert.deepEqual(server.running.community.users.names(), [])
      })
    }

    it('and nobody else', async () => {
      const name = named('Carol')
      await change({ do: 'user.add', name, password: 'first' })
      const [carol, bob] = [await signedIn('ident', name, 'first'), await signedIn('helo', 'bob', null)]
      await change({ do: 'user.add', name: named('Eve'), password: 'x' })
      await change({ do: 'user.remove', name: named('Eve') })
      assert.deepEqual(server.running.community.users.names(), ['Carol', 'bob'])
      await Promise.all([carol.close(), bob.close()])
    })
  },
)

function named(name: string) {
  const parsed = parseUserName(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}
