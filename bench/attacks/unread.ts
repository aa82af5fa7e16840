/**
 * `node bench/attacks/unread.ts [--connections 240]`: guests who read nothing while others say
 * much, and who ask for more than anybody could read.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { attack, each, flood, until } from './attack.ts'

const { values } = parseArgs({ options: { connections: { type: 'string', default: '240' } }, strict: false })
const connections = Number(values.connections)

await attack({
  name: `${connections} guests who read nothing`,
  protocols: ['ident'],
  async run(target) {
    let dropped = 0
    await each(connections, async (index) => {
      await wait(index)
      const socket = target.connect('ident')
      socket.once('close', () => void dropped++)
      socket.write(`IDENT deaf${index}\n`)
      if ((await until(socket, 'OK IDENT')) === null) return
      socket.pause().write('USERS\n'.repeat(2_000))
    })
    const talkers = Array.from({ length: 4 }, () => target.connect('ident').resume())
    await Promise.all(
      talkers.map(async (socket, index) => {
        socket.write(`IDENT talker${index}\n`)
        await flood(socket, Buffer.from(`BCST ${'x'.repeat(10_000)}\n`.repeat(20)), 5_000)
      }),
    )
    await wait(1_000)
    return `${dropped} dropped`
  },
})
