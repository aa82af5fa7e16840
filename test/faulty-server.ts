import { cpNotation, protocols, type Notation } from '@parley/protocols'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A connection of a client as a faulty server has it. */
export interface FaultyConnection {
  /** The name that was signed in with. */
  name: string
  /** What a fault remembers. */
  readonly memory: Map<string, unknown>
  /** All that are connected, this one included. */
  readonly all: ReadonlySet<FaultyConnection>
  /** Says a line to the client. */
  say(line: string): void
  end(): void
}

/** Undefined: as it is. Null: not at all. */
type Changed = string | readonly string[] | null | undefined

/** What a server does wrong: what it says, what it understands, and the bytes before it takes them apart. */
export interface Fault {
  toClient?(line: string, connection: FaultyConnection): Changed
  toServer?(line: string, connection: FaultyConnection): Changed
  bytesToServer?(text: string, connection: FaultyConnection): string
  /** The end that the right server puts to a connection does not happen. */
  readonly neverCloses?: true
}

/** A server with one fault: our own, behind a proxy that changes what passes. Resolves to its port. */
export async function faultyServer(
  protocol: string,
  port: number,
  fault: Fault,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { notation } = protocols.find(({ name }) => name === protocol)!
  const all = new Set<FaultyConnection>()
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
    const connection: FaultyConnection = {
      name: '',
      memory: new Map(),
      all,
      say: (line) => void client.write(notation.write(line)),
      end: () => void client.end(),
    }
    all.add(connection)
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', () => {}))
      socket.once('close', () => sockets.delete(socket))
    }
    const toServer = passer(fault.toServer && ((line) => fault.toServer?.(line, connection)), notation)
    const changes = fault.toClient ?? (() => undefined)
    const toClient = passer((line) => {
      const [, name] = /^(?:(?:OK IDENT|\+OK HELO) |.*"ok":true,"name":")(\w+)/.exec(line) ?? []
      if (name !== undefined) connection.name = name
      return changes(line, connection)
    }, notation)
    client.on('data', (chunk) => {
      const bytes = fault.bytesToServer
        ? Buffer.from(fault.bytesToServer(chunk.toString('latin1'), connection), 'latin1')
        : chunk
      upstream.write(toServer(bytes))
    })
    upstream.on('data', (chunk) => client.write(toClient(chunk)))
    client.on('end', () => upstream.end())
    client.on('error', () => upstream.resetAndDestroy())
    client.on('close', () => {
      all.delete(connection)
      upstream.destroy()
    })
    for (const event of ['end', 'close']) {
      upstream.on(event, () => {
        if (!fault.neverCloses) client.end()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Changes whole lines. Bytes that are no line yet wait, unless nothing is to be changed. */
function passer(
  change: ((line: string) => Changed) | undefined,
  notation: Notation,
): (chunk: Uint8Array) => Uint8Array {
  let pending: Uint8Array = new Uint8Array(0)
  if (!change) return (chunk) => chunk
  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    // Clients of cp may leave out the line end (P-1).
    if (notation === cpNotation && pending.at(-1) !== 0x0a) return new Uint8Array(0)
    const { lines, used } = notation.read(pending)
    pending = pending.subarray(used)
    const pieces = lines.flatMap((line) => {
      // What is no packet (a tunnel carries anything) passes as it is.
      if (line.startsWith('?? ')) return [Buffer.from(line.slice(3).replaceAll(' ', ''), 'hex')]
      const changed = change(line)
      if (changed === undefined) return [notation.write(line)]
      if (changed === null) return []
      return (typeof changed === 'string' ? [changed] : changed).map((each) => notation.write(each))
    })
    return Buffer.concat(pieces)
  }
}
