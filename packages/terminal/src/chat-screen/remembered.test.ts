import { PassingMemory } from '@parley/client'
import { ConversationModel, RememberedDrafts } from '@parley/client/conversations'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HandClock } from '../hand-clock.ts'
import { Drafts } from './drafts.ts'
import { gapsAbove } from './gaps.ts'
import { lineOf } from './input-line.ts'
import { rowsOf } from './line-rows.ts'

describe('drafts', () => {
  it('are there again after a restart, with the cursor at their end, and commands are not', async () => {
    const memory = new PassingMemory()
    const begin = async () => {
      const remembered = new RememberedDrafts(memory, new HandClock())
      await remembered.restore()
      return { remembered, drafts: new Drafts(remembered) }
    }
    const first = await begin()
    first.drafts.of('@bob').change(lineOf('half a thou'))
    first.drafts.of('all').change(lineOf('/recovery restore secret words'))
    first.drafts.of('#cooks').change(lineOf('// a slash'))
    first.drafts.remember()
    first.remembered.save()
    const { drafts, remembered } = await begin()
    assert.deepEqual(drafts.of('@bob').line, lineOf('half a thou'))
    assert.deepEqual(drafts.of('#cooks').line, lineOf('// a slash'))
    assert.equal(drafts.of('all').line.text, '')
    assert.deepEqual(drafts.written(), ['@bob', '#cooks'])
    drafts.of('@bob').clear()
    drafts.remember()
    remembered.save()
    assert.deepEqual((await memory.load()).drafts, { '#cooks': '// a slash' })
  })
})

describe('what is not here of a conversation', () => {
  const message = (seq: number) => {
    const stamp = { seq, at: seq * 1_000, kept: true, nonce: null }
    return { of: '*', from: 'bob', stamp, body: { kind: 'text', text: `message ${seq}`, secrecy: 'plain' } } as const
  }

  it('is said above the first line behind it, once, until it is loaded', () => {
    const model = new ConversationModel()
    const style = { width: 60, me: 'ann', highlights: [], readUpTo: null, wholeFrames: false }
    const shown = (isLoading = false) => {
      const gaps = gapsAbove(model.lines, model.open, isLoading)
      const rows = model.lines.flatMap((line, at) => rowsOf(line, model.lines[at - 1], { ...style, gaps }))
      return rows.map((row) => row.map(({ text }) => text).join('')).filter((row) => /──|message \d/.test(row))
    }
    const rule = (row: string | undefined) => row?.replace(/^ ── (.*?) ─+$/, '$1')
    assert.deepEqual(shown(), [])
    model.history.loaded('*', { messages: [message(50), message(51)], more: { before: true, after: false } }, {})
    assert.equal(rule(shown()[0]), 'older messages: PgUp loads them')
    assert.equal(rule(shown(true)[0]), 'older messages are being loaded')
    model.history.loaded('*', { messages: [message(20), message(21)], more: { before: true, after: true } }, {})
    assert.deepEqual(
      shown()
        .map(rule)
        .filter((row) => !/message \d/.test(row!)),
      ['older messages: PgUp loads them', 'messages in between: PgUp loads them'],
    )
    model.history.loaded('*', { messages: [message(1)], more: { before: false, after: true } }, { before: 20 })
    model.history.loaded('*', { messages: [message(30)], more: { before: true, after: true } }, { before: 50 })
    model.history.loaded(
      '*',
      { messages: [message(21), message(29)], more: { before: true, after: true } },
      { before: 30 },
    )
    assert.deepEqual(
      shown().filter((row) => row.includes('──')),
      [],
    )
  })
})
