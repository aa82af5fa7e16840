/**
 * `node bench/attacks/keys.ts [--guests 600]`: guests from many addresses, each with a key of 8 KB
 * that every newcomer is sent; half of them read nothing.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { attack, each, until } from './attack.ts'

const { values } = parseArgs({ options: { guests: { type: 'string', default: '600' } }, strict: false })
const guests = Number(values.guests)
const key = 'k'.repeat(8_192)

await attack({
  name: `keys of 8 KB of ${guests} guests`,
  protocols: ['ident'],
  async run(target) {
    let dropped = 0
    await each(guests, async (index) => {
      await wait(index * 10)
      const socket = target.connectFrom(`203.0.113.${1 + (index % 200)}`, 'ident')
      socket.once('close', () => void dropped++)
      socket.write(`IDENT guest${index}\n`)
      if ((await until(socket, 'OK IDENT')) === null) return
      socket.write(`PM_PUBKEY ${key}\n`)
      if (index % 2 === 0) socket.resume()
      else socket.pause()
    })
    // A newcomer on a slow line: 100 KB a second.
    const slow = target.connectFrom('192.0.2.99', 'ident')
    slow.write('IDENT slowReader\n')
    let heard = 0
    slow.on('data', (chunk: Buffer) => {
      heard += chunk.length
      slow.pause()
      setTimeout(() => slow.resume(), chunk.length / 100)
    })
    await wait(8_000)
    const fate = slow.destroyed ? 'dropped' : 'stays'
    return `${dropped} guests dropped; a newcomer on a slow line ${fate} and has ${Math.round(heard / 1_000)} kB of keys`
  },
})
