import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

const users = ['Pamina', 'Dolce', 'George']
const password = 'ILovePittbulls'

interface Waiting {
  readonly sender: string
  readonly receiver: string
  readonly text: string
}

type State = 'idle' | 'user validated' | 'process command'

/**
 * A `cp` server as one in the field is, byte for byte: one receive is one PDU, some replies have a line end and some have none, 200 stands
 * for 240, and whatever comes behind a message of RMSG confirms it.
 */
export class FieldCpServer {
  readonly users = users
  readonly password = password
  /** Every PDU that clients sent, as it was received. */
  readonly heard: string[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #mailbox: Waiting[] = []

  private constructor() {
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      void new Session(socket, this).run()
    })
  }

  static async open(): Promise<FieldCpServer> {
    const server = new FieldCpServer()
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  /** What waits for that user, the oldest first. */
  waiting(receiver: string): readonly Waiting[] {
    return this.#mailbox.filter((each) => each.receiver === receiver)
  }

  store(sender: string, receiver: string, text: string): void {
    this.#mailbox.push({ sender, receiver, text })
  }

  remove(message: Waiting): void {
    this.#mailbox = this.#mailbox.filter((each) => each !== message)
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

class Session {
  readonly #socket: Socket
  readonly #server: FieldCpServer
  readonly #chunks: AsyncIterator<Buffer>
  #state: State = 'idle'
  #user = ''

  constructor(socket: Socket, server: FieldCpServer) {
    this.#socket = socket
    this.#server = server
    this.#chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  async run(): Promise<void> {
    for (let pdu = await this.#receive(); pdu !== ''; pdu = await this.#receive()) {
      const command = pdu.slice(0, 4).trim().toUpperCase()
      const argument = pdu.slice(4).trim()
      if (command === '200' || command === '250') continue
      // Its thread ends, and the connection is left as it is.
      if (command === 'TERM' && this.#state === 'process command') return
      await this.#carryOut(command, argument)
    }
    this.#socket.end()
  }

  async #carryOut(command: string, argument: string): Promise<void> {
    switch (command) {
      case 'USER':
        return this.#userCommand(argument)
      case 'PASS':
        return this.#pass(argument)
      case 'RMSG':
        return this.#rmsg()
      case 'SMSG':
        return this.#smsg(argument)
    }
    this.#send('500 error.\r\n')
  }

  #userCommand(user: string): void {
    if (this.#state !== 'idle') return this.#send('500 bad command.\r\n')
    if (user === '') return this.#send('560 error receiving user.\r\n')
    this.#send('220 received username successfully.\r\n')
    this.#user = user
    this.#state = 'user validated'
  }

  #pass(given: string): void {
    if (this.#state !== 'user validated') return this.#send('500 Bad command.\r\n')
    const isRight = given === this.#server.password && this.#server.users.includes(this.#user)
    this.#state = isRight ? 'process command' : 'idle'
    this.#send(isRight ? '230 user authenticated successfully' : '565 error authenticating password')
  }

  async #rmsg(): Promise<void> {
    if (this.#state !== 'process command') return this.#outOfOrder()
    const messages = this.#server.waiting(this.#user)
    if (messages.length === 0) return this.#send('256 no new messages')
    for (const message of messages) {
      this.#send(`RMSG${message.sender}:${message.text}`)
      await this.#receive()
      this.#server.remove(message)
    }
    this.#send('255 end of messages')
  }

  async #smsg(argument: string): Promise<void> {
    if (this.#state !== 'process command') return this.#outOfOrder()
    const [receiver = '', text, ...more] = argument.split(':')
    if (text === undefined || more.length > 0) {
      this.#send('546 too many : characters found in PDU from client')
      return void (await this.#receive())
    }
    if (!this.#server.users.includes(receiver)) {
      this.#send('545 receiver user does not exist.\r\n')
      return void (await this.#receive())
    }
    this.#server.store(this.#user, receiver, text)
    this.#send('200 message sent')
  }

  /** What comes next is swallowed, whatever it is. */
  async #outOfOrder(): Promise<void> {
    this.#send('500 Bad command.\r\n')
    await this.#receive()
  }

  #send(pdu: string): void {
    this.#socket.write(pdu)
  }

  /** One receive of at most 1,024 bytes; empty: the end. */
  async #receive(): Promise<string> {
    const { value, done } = await this.#chunks.next().catch(() => ({ value: undefined, done: true }))
    if (done || !value) return ''
    const pdu = value.subarray(0, 1_024).toString('utf8').trimEnd()
    this.#server.heard.push(pdu)
    return pdu
  }
}
