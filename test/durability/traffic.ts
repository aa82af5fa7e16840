import type { RestartableServer } from '../restartable-server.ts'
import { archive, Receiver } from './receiver.ts'
import { Sender } from './sender.ts'
import { Tally } from './tally.ts'
import type { Sending } from './words.ts'

const password = 'vita2048'

type People = readonly (readonly [protocol: Sending, name: string])[]

/** Private messages to registered users who read and acknowledge them, without an end, and a tally of what becomes of each. */
export class Traffic {
  readonly tally = new Tally()
  readonly receivers: readonly Receiver[]
  readonly senders: readonly Sender[]
  readonly #server: RestartableServer
  readonly #names: readonly string[]

  private constructor(server: RestartableServer, sending: People, receiving: People) {
    this.#server = server
    this.#names = receiving.map(([, name]) => name)
    this.receivers = receiving.map(([protocol, name]) => new Receiver(protocol, name, password, this.tally))
    this.senders = sending.map(([protocol, name]) => {
      return new Sender(protocol, name, protocol === 'cp' ? password : '', this.#names, this.tally)
    })
  }

  /** Registers who needs an account. Nobody has signed in. */
  static async prepare(server: RestartableServer, sending: People, receiving: People): Promise<Traffic> {
    const traffic = new Traffic(server, sending, receiving)
    const accounts = sending.filter(([protocol]) => protocol === 'cp').map(([, name]) => name)
    for (const name of [...traffic.#names, ...accounts, archive]) await server.addAccount(name, password)
    return traffic
  }

  get everybody(): readonly (Receiver | Sender)[] {
    return [...this.receivers, ...this.senders]
  }

  async signIn(): Promise<void> {
    await Promise.all(this.everybody.map((each) => each.signIn(this.#server.port(each.protocol))))
  }

  /** Resolves when so many more were taken. */
  async taken(more: number): Promise<void> {
    const enough = this.tally.taken.size + more
    await this.tally.until(() => this.tally.taken.size >= enough, `${enough} messages are taken`)
  }

  /** The process ends by `kill -9` and starts again, and so does everybody. */
  async kill(): Promise<void> {
    await this.#server.restart('kill')
    await Promise.all(this.everybody.map((each) => each.closed()))
    this.tally.forgetDisconnected()
  }

  /** Everybody breaks off, whatever is under way. */
  async leave(): Promise<void> {
    await Promise.all(this.everybody.map((each) => each.close()))
    this.tally.forgetDisconnected()
  }

  /** Nothing more is sent, all that was taken is read, and everybody leaves. */
  async end(): Promise<void> {
    await Promise.all(this.senders.map((sender) => sender.stop()))
    await this.#readToTheEnd(this.senders[0]!)
    await Promise.all(this.everybody.map((each) => each.close()))
  }

  /** Mailboxes are read oldest first: whoever has the last message has all that came before it. */
  async #readToTheEnd(witness: Sender): Promise<void> {
    const last = this.#names.map((name) => `last-${name}`)
    for (const [at, name] of this.#names.entries()) await witness.tell(name, last[at]!)
    await this.tally.until(
      () => last.every((message) => this.tally.confirmed.has(message)),
      'the last messages are acknowledged',
    )
    // Those who read have said their last words to it by now.
    const archivist = new Receiver('cp', archive, password, this.tally)
    await witness.tell(archive, 'last')
    await archivist.signIn(this.#server.port('cp'))
    await this.tally.until(() => this.tally.confirmed.has('last'), `all of ${archive}'s messages are fetched`)
    await archivist.close()
  }
}
