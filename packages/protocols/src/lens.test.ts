import { parseText, type ChatEvent, type EventKind } from '@parley/core'
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { samples } from '../suites/wires-page.ts'
import { heloWireWithGroups } from './helo/wire.ts'
import { protocols } from './index.ts'
import { fieldWire } from './json/wire.ts'
import { cpFetched } from './cp/lens.ts'
import type { Rendition } from './lens-view.ts'
import { clauses, renditionsOf } from './lens.ts'

const stamp = { seq: 812, at: 1_764_000_000_000 }
const kinds = Object.keys(samples) as EventKind[]

/** What the servers of the usual listeners send, by title; `cp` as it is fetched. */
const wires = new Map([
  ...protocols.map(({ name, options, dialect }) => {
    const defaults = Object.fromEntries(Object.entries(options).map(([option, spec]) => [option, spec.default]))
    return [name, dialect(defaults).wire] as const
  }),
  ['cp', cpFetched('utf-8')],
  ['cp ascii=on', cpFetched('ascii')],
  ['helo group-prefix=on', heloWireWithGroups],
  ['json after LOGIN', fieldWire],
])

function titleOf({ protocol, form }: Rendition): string {
  return form === null ? protocol : `${protocol} ${form}`
}

function holds(event: ChatEvent): readonly Rendition[] {
  const renditions = renditionsOf(event, stamp)
  assert.deepEqual(
    renditions.filter(({ form }) => form === null).map(({ protocol }) => protocol),
    protocols.map(({ name }) => name),
  )
  for (const rendition of renditions) {
    const sent = wires.get(titleOf(rendition))!.encode(event, stamp)
    const shown = Buffer.concat(rendition.frames.flat().map(({ bytes }) => bytes))
    assert.deepEqual(shown, Buffer.from(sent ?? []), `${titleOf(rendition)}: ${event.kind}`)
    for (const { name, clause } of rendition.frames.flat()) {
      assert.ok(name !== '' && clauses[clause], `${titleOf(rendition)}: ${name} is cited by ${clause}`)
    }
  }
  return renditions
}

describe('the lens', () => {
  for (const kind of kinds) {
    it(`shows every byte of ${kind} in every protocol, each in a field that is cited`, () => {
      holds(samples[kind].event)
    })
  }

  it('does so for whatever anybody says', () => {
    const said = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('\n', '\u2028', '(private) ', '[all] ', '"', '\\', ': '),
        ),
      )
      .map((parts) => parseText(parts.join('').toWellFormed()))
      .filter((text) => text.ok)
    let forms = 0
    fc.assert(
      fc.property(said, fc.constantFrom('broadcast', 'private-message', 'group-message'), (text, kind) => {
        forms += holds({ ...samples[kind].event, text: text.value }).length
      }),
      { numRuns: 500 },
    )
    assert.ok(forms > 3_000)
  })

  it('names the fields by the words of the documents', () => {
    const shown = (event: ChatEvent, protocol: string) => {
      const { frames } = renditionsOf(event, stamp).find((each) => each.protocol === protocol)!
      return frames[0]!
        .map(({ name, value, bytes }) => `${name}=${value.trim() || Buffer.from(bytes).toString('hex')}`)
        .join(' ')
    }
    const event = { ...samples.broadcast.event, text: 'hi' }
    assert.equal(shown(event, 'chatos'), 'opcode=3: SMA length of sender=3 sender=ann length of message=2 message=hi')
    assert.equal(shown(event, 'cp'), 'command=RMSG username of sender=ann :=: [all]=[all] Message=hi CRLF=0d0a')
    assert.equal(shown(event, 'ident'), 'BCST=BCST blank=20 sender=ann blank=20 message=hi line end=0a')
  })

  it('tells a text from what the protocol puts before texts', () => {
    const spoken = renditionsOf({ ...samples.broadcast.event, text: '(private) hi' }, stamp)
    const helo = spoken.find(({ protocol }) => protocol === 'helo')!.frames[0]!
    assert.equal(helo.find(({ name }) => name === 'message')!.value, '(private) hi')
  })
})
