import type { PastMessage } from '@parley/client'
import { ConversationModel } from '@parley/client/conversations'
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { ReceivedFiles } from '../received-files.ts'
import { Talk } from './talk.ts'

const can = ['users', 'say', 'tell', 'groups', 'history', 'devices'] as const

describe('what is one’s own over parley', () => {
  let directory: string
  let chat: FakeChat
  let model: ConversationModel
  let talk: Talk

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-own-'))
    chat = new FakeChat('parley', can)
    model = new ConversationModel({ me: () => chat.me })
    talk = new Talk({ chat, model, received: new ReceivedFiles({ directory, mostBytes: 1_000 }), secret: true })
  })
  afterEach(async () => {
    await talk.close()
    await rm(directory, { recursive: true })
  })

  const said = (seq: number, from: string, text: string): PastMessage => {
    const stamp = { seq, at: Date.UTC(2026, 10, 21, 12, seq), kept: true, nonce: null }
    return { of: '*', from, stamp, body: { kind: 'text', text, secrecy: 'plain' } }
  }
  const load = (...messages: readonly PastMessage[]) =>
    model.history.loaded('*', { messages, more: { before: false, after: false } }, {})
  const last = () => model.lines.at(-1)

  test('is deleted by its number, which is told first, the newest being 1', async () => {
    await talk.enter('/delete')
    assert.match(last()!.text, /nothing of yours here/)
    load(said(1, 'alice', 'one'), said(2, 'bob', 'two'), said(3, 'Alice', 'three'))
    await talk.enter('/delete')
    assert.match(last()!.text, /^1 {2}\S+ \S+ three\n2 {2}\S+ \S+ one\n\/delete NUMBER deletes one, for everybody$/)
    assert.deepEqual(chat.calls, [])
    await talk.enter('/delete 3')
    assert.equal(last()!.text, 'there is no message 3; /delete lists yours')
    await talk.enter('/delete 2')
    assert.deepEqual(chat.calls, ['delete 1'])
    assert.match(last()!.text, /^deleted: .* one$/)
    assert.deepEqual(
      model.lines.filter(({ seq }) => seq !== undefined).map(({ text, isDeleted = false }) => [text, isDeleted]),
      [
        ['', true],
        ['two', false],
        ['three', false],
      ],
    )
    await talk.enter('/delete')
    assert.doesNotMatch(last()!.text, / one$/m)
  })

  test('is exported into a new file for this user alone, a JSON object a line', async () => {
    const all = [said(1, 'alice', 'one\ntwo'), { ...said(2, 'alice', ''), body: { kind: 'deleted' } } as const]
    Object.assign(chat.history, {
      export: async function* () {
        yield* all
      },
    })
    const path = join(directory, 'mine.jsonl')
    await talk.enter(`/export ${path}`)
    assert.match(last()!.text, /^2 messages are in /)
    const rows = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row) as object)
    assert.deepEqual(rows, [
      { seq: 1, at: '2026-11-21T12:01:00.000Z', of: '*', from: 'alice', text: 'one\ntwo', secrecy: 'plain' },
      { seq: 2, at: '2026-11-21T12:02:00.000Z', of: '*', from: 'alice', deleted: true },
    ])
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await writeFile(path, 'precious')
    await talk.enter(`/export ${path}`)
    assert.match(last()!.text, /there is such a file already; name another one/)
    assert.equal(await readFile(path, 'utf8'), 'precious')
    await talk.enter(`/export ${join(directory, 'nowhere', 'x')}`)
    assert.match(last()!.text, /there is no such directory/)
  })

  test('are devices, which are listed and revoked, and groups, which are handed on', async () => {
    const at = Date.UTC(2026, 10, 20, 12)
    chat.answers['devices'] = [
      { id: 7, label: 'laptop', addedAt: at, lastSeen: at, isHere: true },
      { id: 9, label: 'ph\u001bone', addedAt: at, lastSeen: at, isHere: false },
    ]
    await talk.enter('/devices')
    const [laptop, phone, how] = last()!.text.split('\n')
    assert.match(laptop!, /^7 {2}laptop, since \S+ \S+, this one$/)
    assert.match(phone!, /^9 {2}phone, since \S+ \S+, last seen \S+ \S+$/)
    assert.equal(how, '/devices revoke NUMBER signs one out for good')
    await talk.enter('/devices revoke 9')
    await talk.enter('/group hand-on cooks bob')
    assert.equal(last()!.text, 'bob is the admin of cooks now')
    assert.deepEqual(chat.calls, ['devices', 'revoke 9', 'handon cooks bob'])
    await talk.enter('/devices revoke')
    assert.equal(last()!.text, 'write /devices revoke NUMBER')
  })
})
