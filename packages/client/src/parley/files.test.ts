import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { scriptedParley, type ParleyPeer, type Said } from '../../suites/scripted-parley.ts'
import type { FileOffer, FileSource } from '../features.ts'

const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * 31) & 255)
const sum = createHash('sha256').update(bytes).digest('hex')
const source: FileSource = {
  name: 'seeds.pdf',
  size: bytes.length,
  bytes: async function* () {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
  },
}

describe('a file that is sent by parley', () => {
  it('goes in chunks, is cut three times, and goes on from where the server has it', async (t) => {
    const spool = Buffer.alloc(bytes.length)
    let have = 0
    const offsets: number[] = []
    const takeUntil = async (peer: ParleyPeer, end: number) => {
      while (have < end) {
        const write = await peer.hears('file-write')
        have += put(spool, write)
        offsets.push(Number(write['at']))
        peer.replies(write, { have })
      }
    }
    const server = await scriptedParley(t, async (peer, visit) => {
      await peer.welcomes()
      if (visit === 0) {
        const offer = await peer.serves('file-offer', { file: 7 })
        assert.deepEqual(offer, {
          id: 3,
          do: 'file-offer',
          to: '@bob',
          name: 'seeds.pdf',
          size: 200_000,
          sealed: false,
        })
        return void peer.socket.destroy()
      }
      await peer.serves('file-state', { file: 7, have, size: bytes.length, state: visit === 1 ? 'offered' : 'moving' })
      if (visit === 1) peer.says({ event: 'file-accepted', file: 7 })
      await takeUntil(peer, [0, 60_000, 120_000, bytes.length][visit] ?? 0)
      if (visit < 3) return void peer.socket.destroy()
      assert.equal((await peer.serves('file-done'))['checksum'], sum)
      peer.says({ event: 'file-ended', file: 7, outcome: 'delivered' })
    })
    const chat = server.chat()
    await chat.start()
    const file = chat.sendFile('bob', source)
    const progress: number[] = []
    file.onProgress((sent) => progress.push(sent))
    assert.equal(await file.delivered, 'delivered')
    assert.deepEqual(new Uint8Array(spool), bytes)
    assert.deepEqual(
      offsets,
      [...new Set(offsets)].toSorted((one, other) => one - other),
    )
    assert.equal(progress.at(-1), bytes.length)
  })

  it('says why it did not go', async (t) => {
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      await peer.serves('file-offer', { file: 1 })
      peer.says({ event: 'file-ended', file: 1, outcome: 'refused' })
      peer.refuses(await peer.hears('file-offer'), 'cannot-receive', 'That user cannot take files.')
      await peer.serves('file-offer', { file: 3 })
      peer.says({ event: 'file-accepted', file: 3 })
      peer.refuses(await peer.hears('file-write'), 'no-such-file', 'There is no such file.')
    })
    const chat = server.chat()
    await chat.start()
    await assert.rejects(chat.sendFile('bob', source).delivered, { code: 'refused', message: /did not want it/ })
    await assert.rejects(chat.sendFile('bob', source).delivered, { code: 'refused', message: /cannot take files/ })
    await assert.rejects(chat.sendFile('bob', source).delivered, { code: 'refused', message: /no such file/ })
  })

  it('is taken back on both sides', async (t) => {
    const offered = Promise.withResolvers<void>()
    const heard = Promise.withResolvers<Said>()
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      await peer.serves('file-offer', { file: 4 })
      offered.resolve()
      heard.resolve(await peer.serves('file-cancel'))
    })
    const chat = server.chat()
    await chat.start()
    const file = chat.sendFile('bob', source)
    await offered.promise
    file.cancel()
    await assert.rejects(file.delivered, { code: 'aborted' })
    assert.equal((await heard.promise)['file'], 4)
  })
})

describe('a file that comes by parley', () => {
  const offered = { event: 'file-offered', file: 9, from: 'bob', name: 'seeds.pdf', size: bytes.length, sealed: false }
  const chunkAt = (at: number, more: Said = {}) => {
    const data = Buffer.from(bytes.subarray(at, at + 32_768)).toString('base64')
    const isLast = at + 32_768 >= bytes.length
    return { at, data, ...(isLast && { end: true, checksum: sum }), ...more }
  }

  it('is read in chunks, over the next connection as well, and is told to be right', async (t) => {
    const done = Promise.withResolvers<void>()
    const server = await scriptedParley(t, async (peer, visit) => {
      await peer.welcomes()
      if (visit === 0) {
        peer.says(offered)
        await peer.serves('file-accept')
      }
      for (let reads = 0; ; reads++) {
        if (visit === 0 && reads === 3) return void peer.socket.destroy()
        const read = await peer.hears('file-read')
        const at = Number(read['at'])
        peer.replies(read, chunkAt(at))
        if (at + 32_768 >= bytes.length) break
      }
      await peer.serves('file-done')
      done.resolve()
    })
    const chat = server.chat()
    const offer = new Promise<FileOffer>((resolve) => void chat.on('file-offered', resolve))
    await chat.start()
    const incoming = await (await offer).accept()
    const parts: Uint8Array[] = []
    for await (const part of incoming.bytes) parts.push(part)
    assert.deepEqual(new Uint8Array(Buffer.concat(parts)), bytes)
    assert.equal(await incoming.verify(), true)
    await done.promise
  })

  it('is not taken for right where it is not, and not where it is not the next part', async (t) => {
    const why = Promise.withResolvers<unknown>()
    const server = await scriptedParley(t, async (peer) => {
      await peer.welcomes()
      const wrong = [{ data: '', end: true }, { checksum: 'x', end: true }, { at: 5 }, { data: '?' }, { data: '' }]
      for (const more of wrong) {
        peer.says({ ...offered, size: 4 })
        await peer.serves('file-accept')
        await peer.serves('file-read', { at: 0, data: 'AAAAAA==', ...more })
        why.resolve((await peer.serves('file-cancel'))['why'])
      }
    })
    const chat = server.chat()
    const outcomes: unknown[] = []
    const over = Promise.withResolvers<void>()
    const take = async (offer: FileOffer) => {
      try {
        const file = await offer.accept()
        for await (const _ of file.bytes);
        outcomes.push(await file.verify())
      } catch (error) {
        outcomes.push(error instanceof Error && 'code' in error ? error.code : error)
      }
      if (outcomes.length === 5) over.resolve()
    }
    chat.on('file-offered', (offer) => void take(offer))
    await chat.start()
    await over.promise
    assert.deepEqual(outcomes, [false, false, 'broken-server', 'broken-server', 'broken-server'])
    assert.equal(await why.promise, 'corrupted')
  })
})

function put(spool: Buffer, write: Said): number {
  const data = Buffer.from(String(write['data']), 'base64')
  data.copy(spool, Number(write['at']))
  return data.length
}
