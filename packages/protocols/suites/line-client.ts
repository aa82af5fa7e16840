import { MemoryServer } from '@parley/server/testing'

/** A client of a line protocol, of a server of its own unless one is given. */
export async function lineClient(protocol: string, given?: MemoryServer) {
  const server = given ?? (await MemoryServer.start())
  const { stream, connection } = server.connect(protocol)
  await server.rest()
  return {
    server,
    stream,
    connection,
    async says(...lines: readonly string[]): Promise<void> {
      for (const line of lines) {
        stream.say(`${line}\n`)
        await server.rest()
      }
    },
    /** Every line since it was connected. */
    heard: (): readonly string[] => stream.text.split('\n').slice(0, -1),
  }
}
