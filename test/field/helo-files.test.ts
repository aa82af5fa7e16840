import { systemClock, type Clock } from '@parley/client'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { send } from 'parley/src/send.ts'
import { CommandsInProcess } from '../commands-in-process.ts'
import { lineServer, wordAndRest } from './line-server.ts'

/** How long our client waits for a FILE_STATUS. */
const statusMs = 60_000
/** A time in which that minute is over at once. */
const clock: Clock = { after: (ms, run) => systemClock.after(ms === statusMs ? 0 : ms, run) }

describe('a helo server of the field that never says a FILE_STATUS', () => {
  let commands: CommandsInProcess
  before(async () => void (commands = await CommandsInProcess.open({ clock })))
  after(() => commands.close())

  it('is sent a file, and the sender is told what is known', { timeout: 10_000 }, async (t) => {
    const { port, taken } = await silentServer(t)
    const path = join(commands.directory, 'notes.txt')
    await writeFile(path, 'hello\n')
    const url = `helo://ours@127.0.0.1:${port}`
    const sent = await commands.runs((environment) => send(url, [path], { to: 'them', seal: false }, environment))
    assert.equal(sent.code, 0)
    assert.match(sent.complaints, /notes\.txt was sent; the server does not say whether it arrived\.\n$/)
    assert.match(await taken, /^FILE <ours @them 6 notes\.txt -?\d+ aGVsbG8K\n$/)
  })
})

/** It takes a file for everybody, says nothing of it, and leaves the connection open. `taken`: what came. */
async function silentServer(t: TestContext) {
  const taken = Promise.withResolvers<string>()
  const files = createServer({ allowHalfOpen: true }, (socket) => {
    let text = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
      if (text.endsWith('\n')) taken.resolve(text)
    })
    socket.on('error', () => {})
    t.after(() => socket.destroy())
  })
  await once(files.listen(0, '127.0.0.1'), 'listening')
  t.after(() => files.close())
  const filePort = (files.address() as AddressInfo).port
  const { port } = await lineServer(t, () => ({
    greeting: 'HELO Welkom to the server',
    heard(peer, line) {
      const [word, rest] = wordAndRest(line)
      if (word === 'HELO') peer.say(`+OK HELO ${(peer.name = rest)}`)
      else if (word === 'FILE_TRANS') peer.say(`READY_FOR_FILE ${rest} ${filePort}`)
      else if (word === 'GET_USERS') peer.say("+SUCCESS ['ours', 'them']")
      else if (word === 'QUIT') peer.end('+OK Goodbye')
    },
  }))
  return { port, taken: taken.promise }
}
