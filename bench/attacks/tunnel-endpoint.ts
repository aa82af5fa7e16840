/**
 * `node bench/attacks/tunnel-endpoint.ts`: somebody at the address of both users of a tunnel guesses its
 * number, 32,768 of them, to become the endpoint of the one who was asked.
 */
import { attack, until } from './attack.ts'

const address = '198.51.100.7'

function packet(opcode: number, number: number | null, ...texts: string[]): Buffer {
  const strings = texts.flatMap((text) => [Buffer.from([0, text.length]), Buffer.from(text)])
  const short = number === null ? [] : [Buffer.from([number >> 8, number & 0xff])]
  return Buffer.concat([Buffer.of(opcode), ...strings, ...short])
}
const [connectRequest, ask, accept] = [1, 4, 5]

await attack({
  name: 'guesses at the number of a tunnel, from the address of both',
  protocols: ['chatos'],
  async run(target) {
    const users = ['ann', 'bob'].map((name) => {
      const socket = target.connectFrom(address, 'chatos')
      socket.write(packet(connectRequest, null, name))
      return socket
    })
    await Promise.all(users.map((socket) => until(socket, '\u0008\u0001')))
    const [ann, bob] = users as [(typeof users)[number], (typeof users)[number]]
    let told = ''
    bob.on('data', (chunk: Buffer) => void (told += chunk.toString('latin1')))
    ann.resume().write(packet(ask, 31_234, 'ann', 'bob'))
    await until(bob, 'ann')
    const began = performance.now()
    let guesses = 0
    let taken = 0
    for (let number = 0; number < 32_768 && performance.now() - began < 10_000; number++) {
      const socket = target.connectFrom(address, 'chatos')
      socket.write(packet(accept, number, 'ann', 'bob'))
      guesses++
      const refused = await until(socket, '\u0008')
      if (refused === null || !refused.includes('\u0008')) taken++
      socket.destroy()
      if (told.split('ann').length > 2) break
    }
    const aborted = told.split('ann').length > 2
    return `${guesses} guesses, ${taken} endpoints taken, the request was ${aborted ? 'aborted and bob told' : 'not aborted'}`
  },
})
