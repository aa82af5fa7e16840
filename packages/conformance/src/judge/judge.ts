import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { CheckResult, CheckRun } from '../results.ts'
import type { Failure } from '../verdict.ts'
import { ClientProcess } from './client-process.ts'
import type { Demand, JudgedProtocol } from './demand.ts'
import { JudgedConnection } from './judged-connection.ts'
import { Judging, type Judgement, type JudgingOptions } from './judging.ts'
import { inParallel } from '../lanes.ts'

export interface JudgeOptions extends JudgingOptions {
  /** `{host}`, `{port}` and `{protocol}` are replaced in each word. */
  readonly command: readonly string[]
  /** What is typed into the client, a line each. */
  readonly input: readonly string[]
  /** Parts of names; none: all demands. */
  readonly only: readonly string[]
  /** Clients at a time. */
  readonly jobs: number
  readonly signal?: AbortSignal
  readonly heard?: (result: CheckResult) => void
}

/** Runs the client once for each demand, against a server that plays the demand's part. */
export async function judge(name: string, protocol: JudgedProtocol, options: JudgeOptions): Promise<CheckRun> {
  const begun = performance.now()
  const results: CheckResult[] = []
  const stopped = () => options.signal?.aborted ?? false
  const demands = demandsOf(name, protocol, options)
  await inParallel(demands, options.jobs, stopped, async (demand) => {
    const result = await judgeOne(name, protocol, demand, options)
    if (stopped()) return
    results.push(result)
    options.heard?.(result)
  })
  const subject = options.command.join(' ')
  return { subject, results, ms: Math.round(performance.now() - begun), interrupted: stopped() }
}

/** The demands that apply, of those that are wanted. */
export function demandsOf(
  name: string,
  { demands }: JudgedProtocol,
  { only, strict }: Pick<JudgeOptions, 'only' | 'strict'>,
): readonly Demand[] {
  return demands.filter((demand) => {
    if (demand.strictOnly && !strict) return false
    return only.length === 0 || only.some((part) => `${name}/client/${demand.name}`.includes(part))
  })
}

async function judgeOne(
  name: string,
  protocol: JudgedProtocol,
  demand: Demand,
  options: JudgeOptions,
): Promise<CheckResult> {
  const begun = performance.now()
  const judgement = await judgementOf(name, protocol, demand, options)
  const full = `${name}/client/${demand.name}`
  const chapter = full.split('/').slice(0, 3).join('/')
  const ms = Math.round(performance.now() - begun)
  const result = { name: full, file: full, chapter, proves: demand.proves, ms }
  if (judgement.outcome === 'passed') return { ...result, outcome: 'passed' }
  if (judgement.outcome === 'skipped') return { ...result, outcome: 'skipped', reason: judgement.reason }
  const { failure, conversation } = judgement
  const placed = { ...failure, conversation, place: { line: 0, source: '' } }
  return { ...result, outcome: 'failed', failure: placed, meaning: demand.meaning }
}

async function judgementOf(
  name: string,
  protocol: JudgedProtocol,
  demand: Demand,
  { command, input, timeoutMs, strict, signal }: JudgeOptions,
): Promise<Judgement> {
  const server = createServer({ allowHalfOpen: true })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connecting = firstConnection(server)
  const words = command.map((word) => {
    return word.replaceAll('{host}', '127.0.0.1').replaceAll('{port}', String(port)).replaceAll('{protocol}', name)
  })
  let client: ClientProcess | undefined
  const abort = () => {
    for (const socket of sockets) socket.destroy()
    void client?.stop()
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    if (signal?.aborted) return { outcome: 'skipped', reason: 'it was interrupted' }
    client = new ClientProcess(words, input)
    const socket = await Promise.race([connecting, client.exited.then(() => undefined), late(timeoutMs + startMs)])
    if (!socket) return notConnected(client, `127.0.0.1:${port}`)
    const connection = new JudgedConnection(socket, protocol.notation, strict ? undefined : protocol.missingLineEnd)
    const judgement = await new Judging(connection, protocol, { timeoutMs, strict }).run(demand)
    connection.destroy()
    return judgement.outcome === 'failed' ? withPrinted(judgement, client) : judgement
  } finally {
    signal?.removeEventListener('abort', abort)
    for (const socket of sockets) socket.destroy()
    server.close()
    await client?.stop()
  }
}

/** A program may take a while to start. */
const startMs = 8_000

async function firstConnection(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket]
  return socket
}

function late(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref()
  })
}

function notConnected(client: ClientProcess, where: string): Judgement {
  const how = client.problem === undefined ? '' : `; ${client.problem}`
  const failure: Failure = {
    problem: `the command did not connect to ${where}${how}`,
    expected: ['a connection; {host} and {port} in the command are replaced'],
    heard: client.printed.length > 0 ? client.printed.map((line) => `it printed: ${line}`) : ['it printed nothing'],
    meanings: [],
  }
  return { outcome: 'failed', failure, conversation: [] }
}

function withPrinted(judgement: Extract<Judgement, { outcome: 'failed' }>, client: ClientProcess): Judgement {
  const { conversation } = judgement
  const printed = client.printed.map((line) => `it printed: ${line}`)
  const ended = client.problem === undefined ? [] : [`the process: ${client.problem}`]
  return { ...judgement, conversation: [...conversation, ...printed, ...ended] }
}
