import assert from 'node:assert/strict'
import { it } from 'node:test'
import { answered, MemoryCommunity } from '@parley/core/memory'
import { encodeText } from '../kit/text.ts'
import type { RawLink, SessionContext } from '../protocol.ts'
import { filePort } from './file-port.ts'
import { jsonFiles } from './file-ticket.ts'

const ticket = '2c5ea4c0-4067-41e9-8bad-9b1deb4d3b7d'

it('the file port is the one behind the json port, any free one where that is, or the one that was chosen (J-16)', () => {
  assert.equal(filePort('').port(1357), 1358)
  assert.equal(filePort('').port(0), 0)
  assert.equal(filePort('').port(65_535), 0)
  assert.equal(filePort('9000').port(1357), 9000)
  assert.equal(filePort('0').port(1357), 0)
})

it('reads no more from the sender than the receiver has taken (J-16)', async () => {
  const community = new MemoryCommunity()
  const { files } = community.core
  const notice = () => {}
  const ann = await community.join('ann', { files: jsonFiles, notice })
  const bob = await community.join('bob', { files: jsonFiles, notice })
  assert.ok(files.offer(ann.presence, 'bob', { name: 'a.txt', size: null, md5: null, weightedSum: null }).ok)
  const [transfer] = files.offeredTo(bob.presence, 'ann')
  files.issue(transfer!, ticket)
  transfer!.accept(ticket)

  let reads = 0
  let makeRoom: (isOpen: boolean) => void = () => {}
  const { dialect } = filePort('')
  const connect = (side: string, link: Partial<RawLink>) => {
    const early = [encodeText(`${side}${ticket}`)]
    const read = async () => early.shift() ?? (await (link.read?.() ?? new Promise<null>(() => {})))
    const detach = () => ({ lost: false, end: () => {}, destroy: () => {}, ...link, read })
    const context = { core: community.core, clock: community.clock, detach } as unknown as SessionContext<unknown>
    dialect.session(context).opened()
  }
  connect('R', { write: () => new Promise((resolve) => (makeRoom = resolve)) })
  connect('S', { read: async () => (reads++, new Uint8Array(1_000)) })
  for (let taken = 1; taken <= 3; taken++) {
    await answered()
    assert.equal(reads, taken)
    makeRoom(true)
  }
  community.leave(bob)
  assert.equal(await transfer!.outcome, 'not-taken')
  makeRoom(false)
})
