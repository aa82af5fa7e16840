/**
 * `node bench/attacks/garbage.ts`: 20 connections send garbage before anybody signs in on them, and
 * come again when they are thrown out.
 */
import { attack, each, flood } from './attack.ts'

const attackers = 20
const ms = 5_000
const kinds = { 'empty lines': '\n', OK: 'OK\n', brackets: '[' }

for (const [kind, text] of Object.entries(kinds)) {
  if (process.argv[2] && !kind.startsWith(process.argv[2])) continue
  for (const protocol of ['ident', 'json', 'cp']) {
    if (process.argv[3] && protocol !== process.argv[3]) continue
    await attack({
      name: `${kind} on ${protocol}, ${attackers} connections`,
      protocols: [protocol],
      async run(target) {
        const bytes = Buffer.from(text.repeat(15_000))
        const until = performance.now() + ms
        let connections = 0
        await each(attackers, async () => {
          while (performance.now() < until) {
            const socket = target.connect(protocol).resume()
            connections++
            await flood(socket, bytes, until - performance.now())
            socket.destroy()
          }
        })
        return `${connections} connections`
      },
    })
  }
}
