import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { scratchDirectory } from './scratch.ts'

/** Why tests with a real server of NATS are skipped; false: it is on the path. */
export const withoutNats: string | false =
  spawnSync('nats-server', ['--version']).status === 0
    ? false
    : 'nats-server is not on the path (apt-get install nats-server)'

/** One server of NATS on a free port, for as long as a test takes. */
export interface NatsServer {
  readonly url: string
  readonly process: ChildProcess
}

/** `options`: further ones of its command line. */
export async function startNatsServer(t: TestContext, options: readonly string[] = []): Promise<NatsServer> {
  const directory = scratchDirectory(t)
  const given = ['-a', '127.0.0.1', '-p', '-1', '-sd', directory]
  const process = spawn('nats-server', [...given, ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(process, 'exit')
  t.after(async () => {
    process.kill('SIGKILL')
    await exited
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    process.stderr.on('data', (text) => {
      said += String(text)
      if (said.includes('Server is ready')) resolve()
    })
    process.once('exit', () => reject(new Error(`nats-server ended: ${said}`)))
  })
  const [, port = ''] = /client connections on \S+:(\d+)/.exec(said) ?? []
  return { url: `nats://127.0.0.1:${port}`, process }
}
