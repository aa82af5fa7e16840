import { parseSubject, parseUserName, type ModerationCommand, type Text } from '@parley/core'
import { SeededRandom } from '@parley/core/testing'
import { protocols } from '@parley/protocols'
import { administer, HookAdmin, lockDataDirectory, silentLogger, startAdminServer } from '@parley/server'
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const names = ['ident', 'helo', 'json', 'cp', 'chatos', 'parley'] as const
type ProtocolName = (typeof names)[number]
const chatos = protocols.find(({ name }) => name === 'chatos')!.notation

interface Words {
  signIn(name: string): Uint8Array
  readonly taken: RegExp
  /** Where it is tried: what says something to everybody, and what is said to that by somebody muted. */
  readonly speak: Uint8Array
  readonly muted: RegExp
  /** What is heard last, by why it ends; null: it has no words. */
  readonly removed: RegExp | null
  readonly banned: RegExp | null
  readonly noGuests: RegExp | null
  /** What is asked to hear what was said to everybody; absent: it is heard at once. */
  readonly fetch?: Uint8Array
  /** How `Server` is heard who says `hello all`. */
  readonly announced: RegExp
  /** What is said to too many messages. */
  readonly tooMany: RegExp
}

/** How each protocol says it. */
const words: { readonly [P in ProtocolName]: Words } = {
  ident: {
    signIn: (name) => line(`IDENT ${name}`),
    taken: /^OK IDENT/m,
    speak: line('BCST hi'),
    muted: /^FAIL10 /m,
    removed: /DSCN Removed by the operator\n$/,
    banned: /DSCN Banned by the operator\n$/,
    noGuests: /DSCN No guests at the moment\n$/,
    announced: /^BCST Server hello all$/m,
    tooMany: /^FAIL10 /m,
  },
  helo: {
    signIn: (name) => line(`HELO ${name}`),
    taken: /^\+OK HELO/m,
    speak: line('BCST hi'),
    muted: /^-SOFT_ERR you may not write at the moment$/m,
    removed: /DSCN Removed by the operator\n$/,
    banned: /DSCN Banned by the operator\n$/,
    noGuests: /DSCN No guests at the moment\n$/,
    announced: /^BCST \[Server\] hello all$/m,
    tooMany: /^-SOFT_ERR too many messages$/m,
  },
  json: {
    signIn: (username) => line(`LOGIN_REQ ${JSON.stringify({ username })}`),
    taken: /^LOGIN_RESP \{"status":"OK"\}/m,
    speak: line('BROADCAST_REQ {"message":"hi"}'),
    muted: /"code":6009/,
    removed: /DSCN \{"reason":7105\}\n$/,
    banned: /DSCN \{"reason":7106\}\n$/,
    noGuests: /DSCN \{"reason":7107\}\n$/,
    announced: /^BROADCAST \{"username":"Server","message":"hello all"\}$/m,
    tooMany: /"code":6009/,
  },
  cp: {
    signIn: (name) => line(`USER${name}\nPASSsecret`),
    taken: /^230 user authenticated/m,
    speak: line('SMSGall:hi'),
    muted: /^540 /m,
    removed: null,
    banned: null,
    noGuests: null,
    announced: /^RMSGServer:\[all\] hello all/m,
    tooMany: /^540 /m,
    fetch: line('RMSG'),
  },
  chatos: {
    signIn: (pseudo) => chatos.write(`CR pseudo="${pseudo}"`),
    taken: /[^]/,
    speak: chatos.write('SMA sender="own_chatos" message="hi"'),
    muted: /\x08\x04$/,
    removed: null,
    banned: null,
    noGuests: null,
    announced: /Server[^]*hello all/,
    tooMany: /\x08\x01\x08\x04$/,
  },
  parley: {
    signIn: (name) =>
      line(`{"id":1,"do":"hello","versions":[1],"client":"test"}\n{"id":2,"do":"sign-in","name":"${name}"}`),
    taken: /"name":"/,
    speak: line('{"id":3,"do":"say","to":"*","text":"hi"}'),
    muted: /"muted"/,
    removed: /"why":"removed".*\n$/,
    banned: /"why":"banned".*\n$/,
    noGuests: /"why":"no-guests".*\n$/,
    announced: /"from":"Server".*"text":"hello all"/,
    tooMany: /"too-many-messages"/,
  },
}

function line(text: string): Uint8Array {
  return Buffer.from(`${text}\n`)
}

describe('what operators decide holds on every protocol at once (X-20)', { timeout: 60_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-moderation-'))
  let server: ServerUnderTest
  let stop = async () => {}

  before(async () => {
    server = await serverUnderTest({ listen: names.map((name) => `${name}://127.0.0.1:0`) })
    const lock = lockDataDirectory(directory)
    assert.ok(lock.ok)
    const { community, submit, administration: admin } = server.running
    const hooks = new HookAdmin({ hooks: community.hooks, submit, random: new SeededRandom(1) })
    const listening = await startAdminServer({ directory, admin, hooks, saved: async () => {}, logger: silentLogger })
    assert.ok(listening.ok)
    await submit({ do: 'account.add', name: named('own_cp'), hash: 'plain:secret' }, () => {})
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

  /** As `parley admin` does it. */
  async function decide(command: ModerationCommand): Promise<void> {
    const asked = await administer(directory, command)
    assert.ok(asked.ok && asked.result.ok, JSON.stringify(asked))
  }

  async function come(protocol: ProtocolName): Promise<LineClient> {
    const client = await LineClient.open(server.port(protocol))
    client.socket.write(words[protocol].signIn(`own_${protocol}`))
    return client
  }

  async function signedIn(protocol: ProtocolName): Promise<LineClient> {
    const client = await come(protocol)
    await client.until(() => words[protocol].taken.test(client.heard), `somebody is signed in by ${protocol}`)
    await client.until(() => server.running.community.users.find(named(`own_${protocol}`)) !== undefined, 'is here')
    return client
  }

  const by = 'root'
  for (const protocol of names) {
    const on = parseSubject('name', `own_${protocol}`)
    assert.ok(on.ok)
    const subject = on.value

    it(`${protocol}: whoever is kicked is told and may come again, whoever is banned may not`, async () => {
      const { removed, banned } = words[protocol]
      const first = await signedIn(protocol)
      await decide({ do: 'user.kick', name: named(`OWN_${protocol}`), reason: '', by })
      await first.closed()
      if (removed) assert.match(first.heard, removed)
      const second = await signedIn(protocol)
      await decide({ do: 'sanction.put', measure: 'ban', subject, reason: 'spam', seconds: 60, by })
      await second.closed()
      if (banned) assert.match(second.heard, banned)
      const third = await come(protocol)
      await third.closed()
      if (banned) assert.match(third.heard, banned)
      await decide({ do: 'sanction.remove', measure: 'ban', subject, by })
      await (await signedIn(protocol)).close()
    })

    it(`${protocol}: whoever is muted is told, hears others, and is heard by nobody`, async () => {
      const client = await signedIn(protocol)
      const witness = await signedIn(protocol === 'parley' ? 'ident' : 'parley')
      await decide({ do: 'sanction.put', measure: 'mute', subject, reason: '', seconds: null, by })
      client.socket.write(words[protocol].speak)
      await client.until(() => words[protocol].muted.test(client.heard), `is muted on ${protocol}`)
      await decide({ do: 'announce', text: 'hello all' as Text, by })
      const { fetch, announced } = words[protocol]
      if (fetch) client.socket.write(fetch)
      await client.until(() => announced.test(client.heard), `the announcement on ${protocol}`)
      const heard = words[protocol === 'parley' ? 'ident' : 'parley'].announced
      await witness.until(() => heard.test(witness.heard), 'the announcement')
      assert.doesNotMatch(witness.heard, /"text":"hi"|BCST own_parley hi/)
      await decide({ do: 'sanction.remove', measure: 'mute', subject, by })
      await Promise.all([client.close(), witness.close()])
    })

    it(`${protocol}: everybody is slowed down, and told as of too many messages`, async () => {
      await decide({ do: 'slow.set', rate: { messages: 1, seconds: 600 }, by })
      const client = await signedIn(protocol)
      client.socket.write(Buffer.concat([words[protocol].speak, words[protocol].speak]))
      await client.until(() => words[protocol].tooMany.test(client.heard), `is slowed down on ${protocol}`)
      await decide({ do: 'slow.set', rate: null, by })
      await client.close()
    })

    if (protocol !== 'cp') {
      it(`${protocol}: no guest comes where none may`, async () => {
        await decide({ do: 'level.set', level: 'no-guests', by })
        const client = await come(protocol)
        await client.closed()
        const { noGuests } = words[protocol]
        if (noGuests) assert.match(client.heard, noGuests)
        await decide({ do: 'level.set', level: 'open', by })
      })
    }
  }

  // Proves X-20: what operators decide holds on every protocol at once, in its own words.
  it('leaves a trace, and counts what it refused', async () => {
    const trace = await administer(directory, { do: 'audit.list' })
    assert.ok(trace.ok && trace.result.ok)
    assert.ok(trace.result.value.some(({ action, subject }) => action === 'kick' && subject === 'OWN_json'))
    const text = await administer(directory, { do: 'metrics.show' })
    assert.ok(text.ok && text.result.ok)
    assert.match(text.result.value, /^parley_disconnections_total\{reason="banned"\} [1-9]/m)
    assert.match(text.result.value, /^parley_refusals_total\{limit="muted"\} 6$/m)
  })
})

function named(name: string) {
  const parsed = parseUserName(name)
  assert.ok(parsed.ok, name)
  return parsed.value
}
