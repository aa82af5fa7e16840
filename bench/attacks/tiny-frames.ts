/**
 * `node bench/attacks/tiny-frames.ts [--connections 64]`: connections that nobody signed in on send
 * frames of two bytes, each of which has a reply, and read nothing.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { attack } from './attack.ts'

const { values } = parseArgs({ options: { connections: { type: 'string', default: '64' } }, strict: false })
const connections = Number(values.connections)
const frames = Buffer.from('0801'.repeat(32_768), 'hex')

await attack({
  name: `chatos frames of two bytes, ${connections} connections`,
  protocols: ['chatos'],
  async run(target) {
    const sockets = Array.from({ length: connections }, () => target.connect('chatos').pause())
    for (const socket of sockets) socket.write(frames)
    await wait(5_000)
    for (const socket of sockets) socket.destroy()
  },
})
