import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { ParleyAsker } from './parley-asker.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

interface Field {
  readonly name: string
  readonly value: string
  readonly hex?: string
  readonly clause: string
}
interface Rendition {
  readonly protocol: string
  readonly form?: string
  readonly frames: readonly (readonly Field[])[]
}

/** The bytes that the fields of a rendition are. */
function bytesOf({ frames }: Rendition): Buffer {
  return Buffer.concat(
    frames.flat().map(({ value, hex }) => Buffer.from(hex ?? value, hex === undefined ? 'utf8' : 'hex')),
  )
}

describe('the lens', { timeout: 60_000 }, () => {
  let server: ServerUnderTest
  const askers: ParleyAsker[] = []
  const enter = async (who: Readonly<Record<string, unknown>>, port = server.port('parley')) => {
    const { client } = await ParleyAsker.signIn(port, who)
    askers.push(client)
    return client
  }

  before(async () => {
    server = await serverUnderTest({ listen: ['parley://127.0.0.1:0', 'ident://127.0.0.1:0'] })
    for (const name of ['carol', 'dora', 'eve']) await server.addAccount(name, 'secret')
  })
  after(async () => {
    for (const { line } of askers) await line.close()
    await server.stop()
  })

  // Proves L-20: what is shown is, byte for byte, what the others hear.
  // parley.md The lens (1): each byte is in a field that is cited.
  it('shows what another protocol was sent, byte for byte', async () => {
    const ann = await enter({ name: 'ann' })
    const bob = await enter({ name: 'bob' })
    const ident = await LineClient.open(server.port('ident'))
    ident.send('IDENT ivy')
    await ident.hears('OK IDENT ivy\n')
    const from = ident.heard.length
    const said = await ann.ask({ do: 'say', to: '*', text: 'at four: café\nbring cake' })
    const shown = await bob.ask({ do: 'lens', seq: said['seq'] })
    const renditions = shown['renditions'] as readonly Rendition[]
    const wanted = bytesOf(renditions.find(({ protocol }) => protocol === 'ident')!).toString('latin1')
    await ident.hears('bring cake\n')
    assert.equal(ident.heard.slice(from), wanted)
    assert.deepEqual(
      [...new Set(renditions.map(({ protocol }) => protocol))],
      ['ident', 'helo', 'json', 'cp', 'chatos', 'parley'],
    )
    const cited = new Set(renditions.flatMap(({ frames }) => frames.flat().map(({ clause }) => clause)))
    assert.deepEqual(new Set(Object.keys(shown['clauses'] as object)), cited)
    await ident.close()
  })

  // Proves parley.md The lens (2): what one may not read is as if it were not there.
  it('shows of history what one may read, and of nothing else whether it is there', async () => {
    const carol = await enter({ name: 'carol', password: 'secret' })
    const dora = await enter({ name: 'dora', password: 'secret' })
    const eve = await enter({ name: 'eve', password: 'secret' })
    const said = await carol.ask({ do: 'say', to: '@dora', text: 'just you' })
    assert.equal((await dora.ask({ do: 'lens', seq: said['seq'] }))['ok'], true)
    const { re: _, ...refused } = await eve.ask({ do: 'lens', seq: said['seq'] })
    const { re: __, ...unknown } = await eve.ask({ do: 'lens', seq: 9_007_199_254_740_991 })
    assert.deepEqual(refused, unknown)
    assert.equal(refused['error'], 'no-such-message')
  })

  it('shows of a sealed private message the frame of parley alone', async () => {
    const carol = await enter({ name: 'carol', password: 'secret' })
    const dora = await enter({ name: 'dora', password: 'secret' })
    for (const each of [carol, dora]) await each.ask({ do: 'key-publish', key: 'S0VZ' })
    const sealed = { message: 'AQIDBA==', sessionKey: 'b2ggbm8' }
    const said = await carol.ask({ do: 'say', to: '@dora', sealed })
    const shown = await dora.ask({ do: 'lens', seq: said['seq'] })
    assert.equal(shown['ok'], true, JSON.stringify([said, shown]))
    const renditions = shown['renditions']
    assert.equal((renditions as readonly Rendition[]).length, 1)
    const { seq, at } = said
    assert.deepEqual(JSON.parse(bytesOf((renditions as readonly Rendition[])[0]!).toString()), {
      event: 'message',
      seq,
      at,
      from: 'carol',
      to: '@dora',
      sealed,
      kept: true,
    })
  })

  it('takes no text that would make a reply too long', async () => {
    const fay = await enter({ name: 'fay' })
    const message = (text: string) => ({ seq: 1, at: 1, from: 'ann', to: '*', text })
    assert.equal((await fay.ask({ do: 'lens', message: message('é'.repeat(2_048)) }))['ok'], true)
    assert.equal((await fay.ask({ do: 'lens', message: message('é'.repeat(2_049)) }))['error'], 'text-too-long')
    const said = await fay.ask({ do: 'say', to: '*', text: 'x'.repeat(4_097) })
    assert.equal((await fay.ask({ do: 'lens', seq: said['seq'] }))['error'], 'text-too-long')
  })
})
