/**
 * `node bench/attacks/http.ts`: what a browser sends for a web page's POST, with commands in its
 * body, to each protocol that reads lines.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { attack } from './attack.ts'

const protocols = ['ident', 'helo', 'json', 'cp']
const body = 'IDENT forged\nBCST buy this\nHELO forged\nBCST buy this\nLOGIN_REQ {"username":"forged"}\nUSER forged\n'
const request = `POST / HTTP/1.1\r\nHost: 127.0.0.1:1337\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`

await attack({
  name: 'a POST with commands in its body',
  protocols,
  async run(target) {
    const said = await Promise.all(
      protocols.map(async (protocol) => {
        const socket = target.connect(protocol)
        let heard = ''
        socket.on('data', (chunk: Buffer) => void (heard += chunk.toString('latin1')))
        socket.write(request)
        const ended = new Promise((resolve) => socket.once('end', () => resolve('ended')))
        const fate = await Promise.race([ended, wait(2_000, 'goes on')])
        socket.destroy()
        return `${protocol}: ${String(fate)} after ${JSON.stringify(heard)}`
      }),
    )
    return said.join('; ')
  },
})
