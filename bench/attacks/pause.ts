/**
 * `node bench/attacks/pause.ts`: the server stands still for 4 s right after its PINGs, as on a
 * suspended machine. Everybody's PONG is in the kernel when it goes on.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { attack, each, until } from './attack.ts'

const clients = 20

await attack({
  name: `a pause of 4 s, ${clients} clients`,
  protocols: ['ident'],
  async run(target) {
    let pings = 0
    let dropped = 0
    const allAsked = Promise.withResolvers<void>()
    await each(clients, async (index) => {
      const socket = target.connect('ident')
      socket.once('close', () => void dropped++)
      socket.write(`IDENT calm${index}\n`)
      await until(socket, 'OK IDENT')
      socket.on('data', (chunk: Buffer) => {
        if (!chunk.toString('latin1').includes('PING\n')) return
        if (++pings === clients) allAsked.resolve()
        // The answer comes while the server stands still, within its 3 s.
        setTimeout(() => socket.write('PONG\n'), 500)
      })
    })
    await allAsked.promise
    process.kill(target.pid, 'SIGSTOP')
    await wait(4_000)
    process.kill(target.pid, 'SIGCONT')
    await wait(3_000)
    return `${dropped} of ${clients} dropped`
  },
})
