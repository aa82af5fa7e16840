/**
 * One of the two nodes of the benchmark of links, a process of its own: `far` takes whatever comes, `near` sends it and prints, as
 * JSON, how many MB a second came to the other end. `links`: by links between nodes; `bare`: by plain messages of as many bytes, a
 * window of which may be on its way.
 */
import type { Link, NodeId } from '@parley/core'
import { systemClock } from '@parley/server'
import { connectNats, linksOver } from '@parley/server/testing'

const [role = '', kind = '', url = '', megabytes = '', count = ''] = process.argv.slice(2)
const chunk = new Uint8Array(65_536).fill(120)
const bytesOfEach = (Number(megabytes) * 1_048_576) / Number(count)
/** Bare messages that may be on their way: 1 MiB of them. */
const window = 16

const connection = await connectNats({ servers: url })
const ids = { near: 'near.1' as NodeId, far: 'far.1' as NodeId }
const name = role === 'near' ? 'near' : 'far'
const links = linksOver(
  connection,
  name,
)({
  clock: systemClock,
  node: () => ids[name],
  applied: () => 0,
  reached: (_, run) => run(),
})

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function sink(link: Link): Promise<void> {
  while (await link.read());
  link.end()
}

async function pour(link: Link): Promise<void> {
  for (let sent = 0; sent < bytesOfEach; sent += chunk.length) await link.write(chunk)
  link.end()
  if ((await link.read()) !== null || link.lost) throw new Error('the link was lost')
}

/** Each has its subjects, and an acknowledgement for each message. */
async function pourBare(number: number): Promise<void> {
  const acknowledged = connection.subscribe(`bare.ack.${number}`)[Symbol.asyncIterator]()
  let underWay = 0
  for (let sent = 0; sent < bytesOfEach; sent += chunk.length) {
    if (underWay++ >= window) await acknowledged.next()
    connection.publish(`bare.data.${number}`, chunk)
  }
  for (let left = Math.min(underWay, window); left > 0; left--) await acknowledged.next()
}

if (role === 'far') {
  links.serve('bench', (link) => void sink(link))
  connection.subscribe('bare.data.*', {
    callback: (_, { subject }) => connection.publish(subject.replace('data', 'ack')),
  })
  await connection.flush()
  say({ event: 'ready' })
} else {
  const startedAt = performance.now()
  const all = Array.from({ length: Number(count) }, (_, number) =>
    kind === 'links' ? pour(links.open(ids.far, 'bench', {})) : pourBare(number),
  )
  await Promise.all(all)
  say({ perSecond: (Number(megabytes) * 1.048576) / ((performance.now() - startedAt) / 1_000) })
  process.exit(0)
}
