import { ChatError } from '@parley/client'
import { ConversationModel } from '@parley/client/conversations'
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { rowsOf } from '../chat-screen/line-rows.ts'
import { FakeChat } from '../fake-chat.ts'
import { ReceivedFiles } from '../received-files.ts'
import { plainLine } from './plain-line.ts'
import { Talk } from './talk.ts'

describe('the seals of groups in the terminal', () => {
  let chat: FakeChat
  let model: ConversationModel
  let talk: Talk

  beforeEach(() => {
    chat = new FakeChat('parley', ['users', 'tell', 'groups', 'sealing'])
    model = new ConversationModel()
    talk = new Talk({ chat, model, received: new ReceivedFiles({ directory: tmpdir(), mostBytes: 1 }), secret: true })
  })
  afterEach(() => talk.close())

  const shown = () => model.lines.map(plainLine)
  const hear = (from: string, text: string, secrecy?: 'sealed' | 'plain') =>
    chat.emit('group-message', { group: 'cooks', mayBe: [], from, text, ...(secrecy && { secrecy }) })

  it('stand beside every line, in print and on the screen, where a group can be sealed', () => {
    hear('bob', 'salt', 'sealed')
    hear('bob', 'pepper', 'plain')
    hear('bob', 'over helo')
    assert.deepEqual(shown(), [
      '[cooks (sealed)] bob: salt',
      '! WARNING: bob writes plain here, where others seal',
      '[cooks (plain)] bob: pepper',
      '[cooks] bob: over helo',
    ])
    const style = {
      width: 80,
      me: 'alice',
      readUpTo: 0,
      gaps: new Map<number, string>(),
      wholeFrames: false,
      highlights: [],
    }
    const [sealed, , plain] = model.lines.map((line) => JSON.stringify(rowsOf(line, undefined, style)))
    assert.match(sealed!, /sealed /)
    assert.match(plain!, /plain /)
    assert.equal(model.conversations.find(({ key }) => key === '#cooks')?.secrecy, 'plain')
  })

  it('are missed of each writer once, until that one seals', () => {
    hear('bob', 'salt', 'sealed')
    for (const from of ['cem', 'cem', 'dan']) hear(from, 'hm', 'plain')
    hear('cem', 'sorry', 'sealed')
    hear('cem', 'hm', 'plain')
    const warned = shown().filter((line) => line.startsWith('!'))
    assert.deepEqual(
      warned.map((line) => line.split(' ')[2]),
      ['cem', 'dan', 'cem'],
    )
  })

  it('are not missed in a group where nobody seals', () => {
    for (const from of ['bob', 'cem']) hear(from, 'hm', 'plain')
    assert.deepEqual(shown(), ['[cooks (plain)] bob: hm', '[cooks (plain)] cem: hm'])
  })

  it('are told of with whom they are about', () => {
    chat.emit('group-protection', { group: 'cooks', isSealed: false, without: ['bob', 'cem'] })
    chat.emit('group-protection', { group: 'cooks', isSealed: true, without: ['hal'] })
    chat.emit('group-protection', { group: 'cooks', isSealed: true, without: [] })
    assert.deepEqual(shown(), [
      '! WARNING: what you write here is not sealed, as these could not read it: bob, cem',
      '! WARNING: what you write here is sealed, and these who are here do not hear it: hal',
      '* what you write here is sealed from here on',
    ])
  })

  it('are shown of what this user says, and left out by /group plain, which is named where it is needed', async () => {
    chat.answers['groupsay cooks salt'] = 'sealed'
    assert.equal(await talk.enter('/group say cooks salt'), 'done')
    chat.answers['groupsay cooks more'] = new ChatError('not-sealable', 'bob has no key')
    assert.equal(await talk.enter('/group say cooks more'), 'failed')
    assert.match(shown().at(-1)!, /^! bob has no key.* \/group plain cooks TEXT says it to all of them unsealed\.$/)
    chat.answers['groupsay cooks more plain'] = 'plain'
    assert.equal(await talk.enter('/group plain cooks more'), 'done')
    assert.deepEqual(
      shown().filter((line) => line.startsWith('[')),
      ['[cooks (sealed)] you: salt', '[cooks (plain)] you: more'],
    )
  })
})
