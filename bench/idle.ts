/**
 * `node bench/idle.ts [--runs 3] [--clients 10000] [--parley <parley.js>]`: what the server keeps
 * in memory for each connection that is signed in and idle, Parley by `ident` beside bare sockets
 * of Node. The ratio is Parley's to the peer's, so that less is better.
 */
import { bare, parley } from './peers.ts'
import { load, measureInTurn, options, printRatios } from './rounds.ts'

const defaultClients = 10_000
const atOnce = 500
const limitSeconds = 120
const idleSeconds = 5

interface Figures {
  readonly came: number
  readonly bytesEach: number
}

const { runs, clients = defaultClients, parley: file } = options()
const peers = [parley('ident', file), bare('bare-server.ts', 'bare-lines')]
const measured = await measureInTurn(peers, runs, async (peer, server) => {
  const script = 'crowd-load.ts'
  const figures = await load<Figures>(script, peer, server, clients, atOnce, limitSeconds, idleSeconds)
  if (figures.came < clients) process.stdout.write(`${peer.name}: only ${figures.came} of ${clients} came in\n`)
  return figures
})
printRatios(
  `resident for each of ${clients} idle connections, medians of ${runs}:`,
  measured,
  ({ bytesEach }) => bytesEach,
  (middle) => `${(middle(({ bytesEach }) => bytesEach) / 1024).toFixed(1).padStart(6)} KiB`,
)
