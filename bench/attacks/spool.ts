/**
 * `node bench/attacks/spool.ts`: guests of one address, and four of others, fill the spool with
 * files that their receivers do not fetch; a registered user wants to give a small one meanwhile.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Socket } from 'node:net'
import { attack, each, flood, until } from './attack.ts'

const spoolBytes = 64 * 1_048_576
const pair = (index: number) => (index < 4 ? '198.51.100.7' : `203.0.113.${index}`)

await attack({
  name: 'a spool filled by 8 pairs of guests, 4 of them at one address',
  protocols: ['json', 'helo'],
  settings: { limits: { spoolBytes } },
  async run(target) {
    await target.addUser('holder')
    const taken = new Map<string, number>()
    await each(8, async (index) => {
      const address = pair(index)
      const [sender, receiver] = [target.connectFrom(address, 'json'), target.connectFrom(address, 'helo').resume()]
      sender.write(`LOGIN_REQ {"username":"from${index}"}\n`)
      receiver.write(`HELO to${index}\n`)
      await Promise.all([until(sender, 'LOGIN_RESP'), until(receiver, '+OK')])
      const ticket = await offer(sender, `to${index}`, 40_000_000)
      if (ticket === null) return
      const bytes = target.connectFrom(address, 'json-files')
      bytes.write(`S${ticket}bin${'0'.repeat(32)}`)
      const written = await flood(bytes, Buffer.alloc(65_536), 6_000)
      taken.set(address, (taken.get(address) ?? 0) + written)
      bytes.destroy()
    })
    const sender = target.connectFrom('192.0.2.1', 'json')
    sender.write('LOGIN_REQ {"username":"holder","password":"secret"}\n')
    const receiver = target.connectFrom('192.0.2.2', 'helo')
    receiver.write('HELO friend\n')
    await Promise.all([until(sender, 'LOGIN_RESP'), until(receiver, '+OK')])
    const ticket = await offer(sender, 'friend', 5)
    const bytes = target.connectFrom('192.0.2.1', 'json-files')
    bytes.end(`S${ticket}txt5d41402abc4b2a76b9719d911017c592hello`)
    const offered = await Promise.race([until(receiver, 'FILE_TRANS'), wait(5_000, null)])
    const most = Math.round(Math.max(...taken.values()) / 1_048_576)
    return `at most ${most} MB written by one address; the registered user's file is ${offered ? 'taken' : 'refused'}`
  },
})

/** What the sender shows at the file port; null: it was refused. */
async function offer(sender: Socket, receiver: string, size: number): Promise<string | null> {
  sender.write(`FILE_TRANSFER_REQUEST ${JSON.stringify({ receiver, filename: 'a.bin', size })}\n`)
  const heard = await Promise.race([until(sender, 'transferId'), wait(2_000, null)])
  return /"transferId":"([0-9a-f-]{36})"/.exec(heard ?? '')?.[1] ?? null
}
