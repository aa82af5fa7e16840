import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fail, ok, type FileNotice, type Result } from '@parley/core'
import { MemoryCommunity } from '@parley/core/memory'
import type { Door, SessionContext } from '../protocol.ts'
import { heloFiles, HeloFiles } from './files.ts'

const metadata = '5 note.txt 1617'

describe('helo files', () => {
  it('close the door and announce nothing when the sender leaves while it is opened (X-9)', async () => {
    const { community, ann, readyForFile, heard, opening, closed } = await offered()
    const ready = readyForFile()
    community.leave(ann)
    opening.resolve(ok({ port: 4_711, close: closed.add }))
    await ready
    assert.deepEqual(heard, ['-SOFT_ERR no such file!'])
    assert.ok(closed.count > 0)
  })

  it('open no second door for an offer that was answered meanwhile, and close the first at the end', async () => {
    const { ann, told, readyForFile, heard, opening, closed } = await offered()
    opening.resolve(ok({ port: 4_711, close: closed.add }))
    await Promise.all([readyForFile(), readyForFile()])
    assert.deepEqual(heard, ['OPEN_PORT_TO_RECEIVE 4711', '-SOFT_ERR no such file!'])
    assert.deepEqual(
      told.map((notice) => notice.kind === 'file-accepted' && notice.place),
      ['4711'],
    )
    const before = closed.count
    told[0]!.transfer.end('delivered')
    await told[0]!.transfer.outcome
    assert.ok(closed.count > before)
    assert.equal(ann.presence.name, 'ann')
  })

  it('tell the receiver when there is no free port, who may try again', async () => {
    const { readyForFile, heard, opening } = await offered()
    opening.resolve(fail('no-free-port'))
    await readyForFile()
    await readyForFile()
    assert.deepEqual(heard, ['-SOFT_ERR no free port for the file', '-SOFT_ERR no free port for the file'])
  })
})

/** Ann has offered a file to Bob, whose door opens when `opening` says so. */
async function offered() {
  const community = new MemoryCommunity()
  const told: FileNotice[] = []
  const heard: string[] = []
  const opening = Promise.withResolvers<Result<Door, 'no-free-port'>>()
  const closed = { count: 0, add: () => void closed.count++ }
  const context = {
    core: community.core,
    send: (line: string) => void heard.push(line),
    openDoor: () => opening.promise,
  } as unknown as SessionContext<string>
  const files = new HeloFiles(context)
  const ann = await community.join('ann', {
    files: heloFiles,
    notice: (notice) => void ('transfer' in notice && told.push(notice)),
  })
  const bob = await community.join('bob', { files: heloFiles, notice: () => {} })
  const file = { name: 'note.txt', size: 5, md5: null, weightedSum: 1617 }
  assert.ok(community.core.files.offer(ann.presence, 'bob', file).ok)
  const readyForFile = () => files.readyForFile(bob.presence, `@ann ${metadata}`)
  return { community, ann, told, heard, opening, closed, readyForFile }
}
