/**
 * `node bench/attacks/key-questions.ts`: 10 guests of one address ask one helo user for its key as
 * often as they can, each time with 64 characters of their own.
 */
import { attack, each, flood, until } from './attack.ts'

const askers = 10
const ms = 5_000

await attack({
  name: `helo key questions to one user, ${askers} guests of one address`,
  protocols: ['helo'],
  async run(target) {
    const victim = target.connectFrom('192.0.2.1', 'helo')
    victim.write('HELO victim\n')
    await until(victim, '+OK')
    let heard = 0
    victim.on(
      'data',
      (chunk: Buffer) => void (heard += chunk.toString('latin1').split('REQUEST_PUBLIC_KEY').length - 1),
    )
    await each(askers, async (index) => {
      const socket = target.connectFrom('198.51.100.7', 'helo').resume()
      socket.write(`HELO asker${index}\n`)
      if ((await until(socket, '+OK')) === null) return
      await flood(socket, Buffer.from(`REQUEST_PUBLIC_KEY @victim ${'x'.repeat(64)}\n`.repeat(200)), ms)
      socket.destroy()
    })
    return `the victim heard ${heard} questions in ${ms / 1_000} s`
  },
})
