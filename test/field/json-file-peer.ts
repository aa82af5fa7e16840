import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { LineClient } from '../line-client.ts'

/** All members of an offer that it knows; it rejects a whole message for one more. */
const knownMembers = ['sender', 'filename', 'size']
const headerBytes = 35

export interface FieldFile {
  readonly extension: string
  readonly content: string
  /** Whether the MD5 in front of the bytes is that of the bytes. */
  readonly isWhole: boolean
}

/** A `json` client of other people, as far as files go: it signs in by LOGIN and announces every file with a size of 0. */
export class JsonFilePeer {
  readonly name: string
  readonly #client: LineClient
  readonly #filePort: number
  #read = 0

  private constructor(name: string, client: LineClient, filePort: number) {
    this.name = name
    this.#client = client
    this.#filePort = filePort
  }

  static async signIn(name: string, ports: { readonly json: number; readonly files: number }): Promise<JsonFilePeer> {
    const peer = new JsonFilePeer(name, await LineClient.open(ports.json), ports.files)
    peer.#client.send(`LOGIN {"username":"${name}"}`)
    assert.equal((await peer.next('LOGIN_RESP'))['status'], 'OK')
    return peer
  }

  /** The body of the next message with that header. */
  async next(header: string): Promise<Readonly<Record<string, unknown>>> {
    const line = new RegExp(`^${header} (.*)\\n`, 'm')
    let found: RegExpExecArray | null = null
    await this.#client.until(() => (found = line.exec(this.#client.heard.slice(this.#read))) !== null, header)
    this.#read += found!.index + found![0].length
    return JSON.parse(found![1]!)
  }

  request(receiver: string, filename: string): void {
    this.#client.send(
      `FILE_TRANSFER_REQUEST {"sender":"${this.name}","receiver":"${receiver}","filename":"${filename}","size":0}`,
    )
  }

  /** What a server that relays the sender as it came makes null of. */
  requestWithoutSender(receiver: string, filename: string): void {
    this.#client.send(`FILE_TRANSFER_REQUEST {"receiver":"${receiver}","filename":"${filename}","size":0}`)
  }

  /** Offers a file and, once it is accepted, uploads it. Resolves when the server has hung up. */
  async give(receiver: string, filename: string, content: string): Promise<void> {
    this.request(receiver, filename)
    await this.upload(filename, content)
  }

  async upload(filename: string, content: string): Promise<void> {
    const { transferId, ...rest } = await this.next('FILE_TRANSFER_RESPONSE')
    assert.deepEqual(rest, { code: 0, status: 'OK', sender: this.name })
    const socket = await this.#open()
    const extension = filename.split('.').at(-1)!.slice(0, 3).padEnd(3)
    socket.end(`S${String(transferId)}${extension}${md5(content)}${content}`)
    socket.resume()
    await once(socket, 'close')
  }

  /** Waits for an offer, accepts it, and downloads until the server hangs up. */
  async take(): Promise<{ readonly offer: Readonly<Record<string, unknown>>; readonly file: FieldFile }> {
    const offer = await this.next('FILE_TRANSFER_REQUEST')
    for (const member of Object.keys(offer)) assert.ok(knownMembers.includes(member), `it does not know "${member}"`)
    const transferId = randomUUID()
    const answer = { sender: offer['sender'], status: 'OK', transferId }
    this.#client.send(`FILE_TRANSFER_RESPONSE ${JSON.stringify(answer)}`)
    const socket = await this.#open()
    socket.write(`R${transferId}`)
    let bytes = ''
    for await (const chunk of socket) bytes += (chunk as Buffer).toString('latin1')
    const content = bytes.slice(headerBytes)
    const isWhole = bytes.slice(3, headerBytes) === md5(content)
    return { offer, file: { extension: bytes.slice(0, 3), content, isWhole } }
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async #open(): Promise<Socket> {
    const socket = connect({ port: this.#filePort, host: '127.0.0.1' })
    await once(socket, 'connect')
    return socket
  }
}

function md5(content: string): string {
  return createHash('md5').update(content, 'latin1').digest('hex')
}
