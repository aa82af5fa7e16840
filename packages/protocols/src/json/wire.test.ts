import { parseUserName, type UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isBody, parseBody } from './body.ts'
import { documentWire, fieldWire } from './wire.ts'

const stamp = { seq: 1, at: 0 }
const unkept = { kept: false, nonce: null }

const ann = name('ann')
const bob = name('Bob')

describe('json wire', () => {
  it('says the same in both forms but for the private message', () => {
    for (const wire of [documentWire, fieldWire]) {
      const lines = [
        wire.encode({ kind: 'user-joined', user: bob }, stamp),
        wire.encode({ kind: 'user-left', user: bob }, stamp),
        wire.encode({ kind: 'broadcast', from: ann, text: 'say "hi"', ...unkept }, stamp),
      ].map(textOf)
      assert.deepEqual(lines, [
        'JOINED {"username":"Bob"}\n',
        'LEFT {"username":"Bob"}\n',
        'BROADCAST {"username":"ann","message":"say \\"hi\\""}\n',
      ])
    }
    const event = { kind: 'private-message', from: ann, to: bob, text: '"', storedAs: null, ...unkept } as const
    assert.equal(textOf(documentWire.encode(event, stamp)), 'PRIVATE_MESSAGE {"sender":"ann","message":"\\""}\n')
    assert.equal(
      textOf(fieldWire.encode(event, stamp)),
      String.raw`PRIVATE_MESSAGE {"code":0,"status":"OK","message":"{\"sender\":\"ann\",\"message\":\"\\\"\"}"}` + '\n',
    )
  })

  it('keeps the line breaks of a text within one line of the wire', () => {
    const text = 'one\ntwo\u2028three'
    for (const wire of [documentWire, fieldWire]) {
      for (const kind of ['broadcast', 'private-message'] as const) {
        const line = textOf(wire.encode({ kind, from: ann, to: bob, text, storedAs: null, ...unkept }, stamp))
        assert.equal(line.indexOf('\n'), line.length - 1)
        const message = messageIn(line.slice(line.indexOf(' ')))
        assert.equal(wire === fieldWire && kind === 'private-message' ? messageIn(message) : message, text)
      }
    }
  })
})

function name(text: string): UserName {
  const parsed = parseUserName(text)
  assert.ok(parsed.ok)
  return parsed.value
}

function messageIn(body: string): string {
  const parsed = parseBody(body)
  assert.ok(isBody(parsed) && typeof parsed.message === 'string')
  return parsed.message
}

function textOf(bytes: Uint8Array | null): string {
  return new TextDecoder().decode(bytes ?? undefined)
}
