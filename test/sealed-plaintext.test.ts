import { parley1, type Identity } from '@parley/client'
import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { restartableServer, type RestartableServer } from './restartable-server.ts'

const secret = 'SecretWordsThatNobodyElseReads'
/** Plain words, one for each place that is looked through: the search would find the secret there as well. */
const plain = { database: 'PlainWordsThatWaitForSomebody', memory: 'PlainNameOfAGroup', log: '"protocol":"ident"' }

describe('the plaintext of sealed messages', () => {
  it('is nowhere on the disk, in the log or in the memory of the server (X-6)', { timeout: 60_000 }, async () => {
    const evidence = mkdtempSync(join(tmpdir(), 'parley-test-'))
    const log = join(evidence, 'log.jsonl')
    try {
      const server = await restartableServer({
        listen: ['ident', 'helo', 'json'].map((protocol) => `${protocol}://127.0.0.1:0`),
        settings: { ...defaultSettings, log: { level: 'debug', file: log } },
        nodeOptions: [
          '--heapsnapshot-signal=SIGUSR2',
          `--diagnostic-dir=${evidence}`,
          '--heap-snapshot-string-limit=1000000',
        ],
      })
      try {
        await server.addAccount('away', 'vita2048')
        const clients = await converse(server)
        const snapshot = await heapSnapshot(server, clients[0], evidence)
        const places = { database: filesUnder(server.data), memory: [snapshot], log: [log] }
        for (const place of ['database', 'memory', 'log'] as const) {
          assert.notDeepEqual(holding(places[place], plain[place]), [], `the search finds ${plain[place]}`)
          assert.deepEqual(holding(places[place], secret), [])
        }
        for (const client of clients) await client.close()
      } finally {
        await server.stop()
      }
    } finally {
      rmSync(evidence, { recursive: true, force: true })
    }
  })
})

/** Each seals the secret to another, who reads it, and to somebody who is not there. The first of them speaks `ident`. */
async function converse(server: RestartableServer): Promise<readonly [LineClient, ...LineClient[]]> {
  const [annsKeys, helasKeys, jonsKeys] = [newIdentity(), newIdentity(), newIdentity()]
  const open = (protocol: string) => LineClient.open(server.port(protocol))
  const [ann, hela, jon] = [await open('ident'), await open('helo'), await open('json')]
  ann.send('IDENT ann', `PM_PUBKEY ${annsKeys.publicKey}`)
  await ann.hears('OK IDENT')
  hela.send('HELO hela')
  const [, stamp] = await heard(hela, /^REQUEST_PUBLIC_KEY @ann (.+)$/m)
  hela.send(`PUBLIC_KEY @ann ${helasKeys.publicKey} ${stamp}`)
  await ann.hears(`PM_PUBKEY hela ${helasKeys.publicKey}`)
  jon.send('LOGIN_REQ {"username": "jon"}')
  await jon.hears('SECURE_MESSAGE_REQ')
  jon.send(`SECURE_MESSAGE_RES ${JSON.stringify({ sender: 'ann', publicKey: jonsKeys.publicKey })}`)
  await ann.hears(`PM_PUBKEY jon ${jonsKeys.publicKey}`)

  const toHela = await seal('ann', 'hela', helasKeys)
  ann.send(`PM_SESSIONKEY hela ${toHela.key}`, `PM hela ${toHela.message}`)
  const [, helasMessage, helasKey] = await heard(hela, /^PM ann (\S+) (\S+)$/m)
  assert.equal(await unseal('ann', 'hela', helasKeys, helasMessage, helasKey), secret)

  const toJon = await seal('hela', 'jon', jonsKeys)
  hela.send(`PM @jon ${toJon.message} ${toJon.key}`)
  const [, body] = await heard(jon, /^SECURE_MESSAGE (.+)$/m)
  const { message, sessionKey } = JSON.parse(body!) as { message: string; sessionKey: string }
  assert.equal(await unseal('hela', 'jon', jonsKeys, message, sessionKey), secret)

  const toAnn = await seal('jon', 'ann', annsKeys)
  jon.send(`SECURE_MESSAGE ${JSON.stringify({ receiver: 'ann', sessionKey: toAnn.key, message: toAnn.message })}`)
  const [, annsKey, annsMessage] = await heard(ann, /^PM_SESSIONKEY jon (\S+)\nNPM jon (\S+)$/m)
  assert.equal(await unseal('jon', 'ann', annsKeys, annsMessage, annsKey), secret)

  const toAway = await seal('ann', 'away', newIdentity())
  ann.send(`PM away ${toAway.message}`)
  await ann.hears('FAIL07')
  hela.send(`PM @away ${toAway.message} ${toAway.key}`)
  await hela.hears('-SOFT_ERR no such user!')
  jon.send(`SECURE_MESSAGE ${JSON.stringify({ receiver: 'away', sessionKey: toAway.key, message: toAway.message })}`)
  await jon.hears('6001')

  ann.send(`PM away ${plain.database} and more of them`)
  await ann.hears(`OK PM away ${plain.database}`)
  hela.send(`CREATE_GROUP ${plain.memory}`)
  await hela.hears('+SUCCESS')
  return [ann, hela, jon]
}

function newIdentity(): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { publicKey: publicKey.toString('base64'), privateKey: privateKey.toString('base64') }
}

async function seal(from: string, to: string, { publicKey }: Identity): Promise<{ message: string; key: string }> {
  const sessionKey = parley1.newSessionKey()
  return {
    message: await parley1.seal(sessionKey, secret, [from, to]),
    key: await parley1.wrap(sessionKey, publicKey),
  }
}

async function unseal(from: string, to: string, keys: Identity, message = '', key = ''): Promise<string | null> {
  const sessionKey = await parley1.unwrap(key, keys)
  return sessionKey && parley1.open(sessionKey, message, [from, to])
}

async function heard(client: LineClient, line: RegExp): Promise<RegExpExecArray> {
  await client.until(() => line.test(client.heard), String(line))
  return line.exec(client.heard)!
}

/** The process writes it in one go, answering nobody meanwhile. */
async function heapSnapshot(server: RestartableServer, client: LineClient, directory: string): Promise<string> {
  const written = () => readdirSync(directory).find((name) => name.endsWith('.heapsnapshot'))
  let answers = 0
  const anAnswer = async () => {
    client.send('USERS')
    answers++
    await client.until(() => client.heard.split('OK USERS').length > answers, 'an answer')
  }
  server.process.kill('SIGUSR2')
  while (written() === undefined) await anAnswer()
  await anAnswer()
  return join(directory, written()!)
}

function filesUnder(directory: string): readonly string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return names.map((name) => join(directory, name)).filter((file) => statSync(file).isFile())
}

/** Those of the files that hold the text, in UTF-8, in UTF-16 or in base64, wherever in the base64 it begins. */
function holding(files: readonly string[], text: string): readonly string[] {
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')]
  for (let before = 0; before < 3; before++) {
    // The first and the last characters are shared with what stands around the text.
    const base64 = Buffer.from('x'.repeat(before) + text).toString('base64')
    forms.push(Buffer.from(base64.slice(4, -4)))
  }
  return files.filter((file) => {
    const bytes = readFileSync(file)
    return forms.some((form) => bytes.includes(form))
  })
}
