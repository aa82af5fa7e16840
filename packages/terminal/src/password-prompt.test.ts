import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeStreams } from './fake-streams.ts'
import { askNewPassword } from './password-prompt.ts'

async function ask(...typed: (string | Uint8Array)[]) {
  const streams = new FakeStreams({ typed })
  return { answer: await askNewPassword(streams), streams }
}

test('a password is asked for twice, in raw mode, and never shown', async () => {
  const { answer, streams } = await ask('gehe', 'im\r', 'geheim\r')
  assert.deepEqual(answer, { ok: true, value: 'geheim' })
  assert.equal(streams.complaints, 'New password: \nThe same again: \n')
  assert.equal(streams.written, '')
  assert.deepEqual(streams.raw, [true, false])
  assert.equal(streams.input.listenerCount('data'), 0)
})

test('both lines may arrive in one paste', async () => {
  const { answer } = await ask('geheim\ngeheim\n')
  assert.deepEqual(answer, { ok: true, value: 'geheim' })
})

test('backspace, Ctrl-U and arrow keys do what they do on a terminal', async () => {
  const { answer } = await ask('wrong\u0015gx\u007feh\u001b[D\u001b[3~\u001bOAeim\r', 'geheim\b\u007fim\r')
  assert.deepEqual(answer, { ok: true, value: 'geheim' })
})

test('backspace takes a whole character, and characters may arrive in pieces', async () => {
  const umlaut = new TextEncoder().encode('ü')
  const { answer } = await ask('a😀\u007f', umlaut.subarray(0, 1), umlaut.subarray(1), '\r', 'aü\r')
  assert.deepEqual(answer, { ok: true, value: 'aü' })
})

test('two passwords that differ are told apart', async () => {
  assert.deepEqual((await ask('one\r', 'two\r')).answer, { ok: false, fail: 'different' })
})

test('Ctrl-C, Ctrl-D on an empty line and the end of the input cancel, and the terminal is as before', async () => {
  for (const keys of ['secret\u0003', 'secret\r\u0004']) {
    const { answer, streams } = await ask(keys)
    assert.deepEqual(answer, { ok: false, fail: 'cancelled' })
    assert.deepEqual(streams.raw, [true, false])
  }
  const streams = new FakeStreams({ typed: ['half'] })
  streams.input.end()
  assert.deepEqual(await askNewPassword(streams), { ok: false, fail: 'cancelled' })
})
