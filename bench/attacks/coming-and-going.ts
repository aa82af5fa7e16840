/**
 * `node bench/attacks/coming-and-going.ts`: 30 connections that sign in and leave again as often as
 * they can, from one address and then from loopback, which is exempt.
 */
import { attack, each, until } from './attack.ts'

const connections = 30
const ms = 10_000

for (const address of ['198.51.100.7', '127.0.0.1']) {
  await attack({
    name: `signing in and leaving in a loop, ${connections} connections from ${address}`,
    protocols: ['ident'],
    async run(target) {
      const end = performance.now() + ms
      let signedIn = 0
      const before = target.logBytes()
      await each(connections, async (index) => {
        while (performance.now() < end) {
          const socket = target.connectFrom(address, 'ident')
          socket.write(`IDENT loop${index}\n`)
          const timer = setTimeout(() => socket.destroy(), Math.max(0, end - performance.now()))
          if (await until(socket, 'OK IDENT')) signedIn++
          clearTimeout(timer)
          socket.write('QUIT\n')
          if (!socket.destroyed) await until(socket, 'OK')
          socket.destroy()
        }
      })
      const log = ((target.logBytes() - before) / 1_000_000).toFixed(1)
      return `${Math.round((signedIn * 1_000) / ms)} sign-ins a second, ${log} MB of log`
    },
  })
}
