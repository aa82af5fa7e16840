/**
 * `node bench/attacks/lockout.ts`: 100 wrong passwords for a name from 20 addresses, and 300 for
 * other names from 60, while its holder signs in from where she always does.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { attack, each, until } from './attack.ts'

await attack({
  name: 'wrong passwords from 80 addresses',
  protocols: ['ident'],
  async run(target) {
    await target.addUser('holder')
    const signIn = async (address: string, password: string): Promise<{ ok: boolean; ms: number }> => {
      const began = performance.now()
      const socket = target.connectFrom(address, 'ident')
      socket.write(`IDENT holder ${password}\n`)
      const reply = await Promise.race([until(socket, 'IDENT holder\n'), wait(9_000, null)])
      socket.write('QUIT\n')
      await wait(50)
      socket.destroy()
      return { ok: reply !== null, ms: performance.now() - began - 50 }
    }
    const before = await signIn('192.0.2.1', 'secret')
    const wrong = (count: number, addresses: number, name: (index: number) => string) =>
      each(count, async (index) => {
        const socket = target.connectFrom(`203.0.113.${1 + (index % addresses)}`, 'ident')
        socket.write(`IDENT ${name(index)} wrong${index}\n`)
        await Promise.race([until(socket, 'FAIL'), wait(9_000)])
        socket.destroy()
      })
    const attackers = Promise.all([wrong(100, 20, () => 'holder'), wrong(300, 60, () => 'holder')])
    await wait(100)
    const during = await signIn('192.0.2.1', 'secret')
    await attackers
    const after = await signIn('192.0.2.1', 'secret')
    const words = ({ ok, ms }: typeof before) => `${ok ? 'in' : 'kept out'} after ${ms.toFixed(0)} ms`
    return `the holder before: ${words(before)}; during: ${words(during)}; after: ${words(after)}`
  },
})
