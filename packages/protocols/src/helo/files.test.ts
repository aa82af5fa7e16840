import { fail, ok, type Result } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { settled, Transfers } from '../../suites/file-transfers.ts'
import type { SessionContext, TransferListener } from '../protocol.ts'
import { HeloConnection } from './connection.ts'
import { heloFraming } from './file-framing.ts'
import { readReadyForFile, readyForFile } from './files.ts'

describe('helo files', () => {
  it('close the listener and announce nothing when the sender leaves while it is opened (X-9)', async () => {
    const { transfers, ready, heard, opening, closed } = offered()
    const answered = ready()
    transfers.leave(transfers.ann)
    opening.resolve(ok({ port: 4_711, close: closed.add }))
    await answered
    assert.deepEqual(heard, ['-SOFT_ERR no such file!'])
    assert.ok(closed.count > 0)
  })

  it('accept an offer once, and close the listener at the end', async () => {
    const { transfers, ready, heard, opening, closed } = offered()
    const { carriage } = transfers
    opening.resolve(ok({ port: 4_711, close: closed.add }))
    await Promise.all([ready(), ready()])
    assert.deepEqual(heard, ['OPEN_PORT_TO_RECEIVE 4711', '-SOFT_ERR no such file!'])
    assert.deepEqual(transfers.heard(transfers.ann), ['file-accepted'])
    const before = closed.count
    carriage.end('delivered')
    await settled()
    assert.ok(closed.count > before)
  })

  it('tell the receiver when there is no free port, who may try again', async () => {
    const { ready, heard, opening } = offered()
    opening.resolve(fail('no-free-port'))
    await ready()
    await ready()
    assert.deepEqual(heard, ['-SOFT_ERR no free port for the file', '-SOFT_ERR no free port for the file'])
  })
})

/** ann has offered a file to bob, whose listener opens when `opening` says so. */
function offered() {
  const file = { name: 'note.txt', size: 5, checksums: { 'weighted-sum': '1617' } }
  const transfers = new Transfers(heloFraming, heloFraming, { file })
  const heard: string[] = []
  const opening = Promise.withResolvers<Result<TransferListener, 'no-free-port'>>()
  const closed = { count: 0, add: () => void closed.count++ }
  const context = {
    id: transfers.bob.id,
    community: transfers.people.community,
    carrier: transfers.carrier,
    clock: transfers.clock,
    send: (line: string) => void heard.push(line),
    submit: (command: never, told: (result: never) => void) => transfers.submit(transfers.bob, command, told),
    openTransferListener: () => opening.promise,
  } as unknown as SessionContext<string>
  const said = readReadyForFile('@ann 5 note.txt 1617')
  assert.ok(said)
  const ready = () => readyForFile(new HeloConnection(context), said)
  return { transfers, heard, opening, closed, ready }
}
