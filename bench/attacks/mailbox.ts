/**
 * `node bench/attacks/mailbox.ts`: guests of one address fill a mailbox with messages of 65,000
 * bytes, and come back under another name.
 */
import { attack, each, until } from './attack.ts'

const attackers = 20
const ms = 12_000
const message = `PM victim ${'x'.repeat(65_000)}\n`

await attack({
  name: `a mailbox filled by guests, ${attackers} at a time, from one address and from loopback`,
  protocols: ['ident'],
  async run(target) {
    await target.addUser('victim')
    const end = performance.now() + ms
    let taken = 0
    await each(attackers, async (index) => {
      for (let round = 0; performance.now() < end; round++) {
        const socket = index % 2 ? target.connect('ident') : target.connectFrom('198.51.100.7', 'ident')
        socket.write(`IDENT g${index}r${round}\n`)
        const timer = setTimeout(() => socket.destroy(), Math.max(0, end - performance.now()))
        const entered = await until(socket, 'OK IDENT')
        let heard = ''
        socket.on('data', (chunk: Buffer) => void (heard += chunk.toString('latin1').replace(/x+/g, '')))
        if (entered) {
          socket.write(message.repeat(20) + 'QUIT\n')
          await until(socket, 'OK Goodbye').catch(() => null)
        }
        clearTimeout(timer)
        taken += heard.split('OK PM victim').length - 1
        socket.destroy()
      }
    })
    const sender = target.connectFrom('192.0.2.1', 'ident')
    await target.addUser('friend')
    sender.write('IDENT friend secret\n')
    await until(sender, 'OK IDENT')
    sender.write('PM victim are you there\n')
    const reply = await until(sender, '\n')
    sender.destroy()
    return `${taken} messages, ${Math.round((taken * 65_000) / 1_048_576)} MB; a registered friend hears ${JSON.stringify(reply?.slice(-40))}`
  },
})
