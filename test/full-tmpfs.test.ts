import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { LineClient } from './line-client.ts'
import { addAccount, refusedToServe, served, type Served } from './served.ts'

const password = 'vita2048'
const messages = 20
const options = { listen: ['ident://127.0.0.1:0', 'cp://127.0.0.1:0'], args: ['--rate-limit', 'off'] }

/** A disk of its own; null: this user may not mount one. */
function smallDisk(t: TestContext): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'parley-disk-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', directory]).status === 0
  t.after(() => {
    if (isMounted) spawnSync('umount', ['--lazy', directory])
    rmdirSync(directory)
  })
  return isMounted ? directory : null
}

/** Leaves no byte. */
function fill(disk: string): void {
  for (let size = 1 << 20; size >= 512; size >>= 1) {
    for (let at = 0; ; at++) {
      try {
        writeFileSync(join(disk, `filler-${size}-${at}`), Buffer.alloc(size))
      } catch {
        rmSync(join(disk, `filler-${size}-${at}`), { force: true })
        break
      }
    }
  }
  // What SQLite has written ahead may still be written over, so the last bytes go as well.
  assert.equal(statfsSync(disk).bavail, 0)
}

async function withMessages(t: TestContext, disk: string): Promise<Served> {
  const server = await served(t, disk, options)
  await addAccount(disk, 'Pamina', password)
  const ida = await LineClient.open(server.ports.get('ident')!)
  ida.send('IDENT Ida')
  await ida.hears('OK IDENT Ida')
  for (let at = 0; at < messages; at++) ida.send(`PM Pamina message ${at}.`)
  await ida.hears(`OK PM Pamina message ${messages - 1}.`)
  await ida.close()
  return server
}

/** What `cp` hands out until it has nothing more. */
async function fetchAll(server: Served): Promise<number> {
  const cp = await LineClient.open(server.ports.get('cp')!)
  cp.socket.write(`USERPamina\nPASS${password}\n`)
  await cp.hears('230 ')
  cp.socket.write('RMSG\n')
  let fetched = 0
  for (;;) {
    const next = `RMSGIda:message ${fetched}.`
    const isOver = () => /^25[56] /m.test(cp.heard)
    await cp.until(() => cp.heard.includes(next) || isOver(), next)
    if (isOver()) break
    fetched++
    cp.socket.write('250\n')
  }
  await cp.close()
  return fetched
}

describe('a disk that is full', { timeout: 300_000 }, () => {
  it('hands out all messages, removes them for good, and takes new ones with room', async (t) => {
    const disk = smallDisk(t)
    if (!disk) return t.skip('only root may mount a small disk')
    const server = await withMessages(t, disk)
    fill(disk)
    const ida = await LineClient.open(server.ports.get('ident')!)
    ida.send('IDENT Ida')
    // Until nothing more fits into what is written ahead.
    for (let at = 0; !/^FAIL/m.test(ida.heard); at++) {
      const before = ida.heard.length
      ida.send(`PM Pamina ${'x'.repeat(8_000)}`)
      await ida.until(() => /^(OK PM|FAIL)/m.test(ida.heard.slice(before)), 'a reply')
    }
    assert.ok((await fetchAll(server)) >= messages)
    assert.equal(await fetchAll(server), 0, 'they are gone')
    for (const line of [/The disk is full; what has to be remembered is refused/]) await server.logs(line)
    spawnSync('sh', ['-c', `rm -f '${disk}'/filler-*`])
    await server.logs(/The store works again/)
    assert.equal(await server.end(), 0)
    assert.doesNotMatch(await server.complaints, /backup|restore|\.ts:\d/)
    const again = await served(t, disk, options)
    assert.equal(await fetchAll(again), 0)
    assert.equal(await again.end(), 0)
  })

  it('lets a server start that hands out what waits', async (t) => {
    const disk = smallDisk(t)
    if (!disk) return t.skip('only root may mount a small disk')
    const first = await withMessages(t, disk)
    await first.end('SIGKILL')
    fill(disk)
    const second = await served(t, disk, options)
    assert.equal(await fetchAll(second), messages)
    assert.equal(await second.end(), 0)
    assert.doesNotMatch(await second.complaints, /backup|restore/)
  })

  it('lets no server start where nothing was yet, and says to make room', async (t) => {
    const disk = smallDisk(t)
    if (!disk) return t.skip('only root may mount a small disk')
    fill(disk)
    const [code, complaints] = await refusedToServe(disk, options)
    assert.equal(code, 1)
    assert.match(complaints, /error: .*the disk is full\. Make room there and try again/)
    assert.doesNotMatch(complaints, /backup|restore/)
  })
})
