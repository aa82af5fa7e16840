/**
 * `node bench/fan-out.ts [--runs 3] [--clients 500] [--parley <parley.js>] [ident|json|chatos|parley …]`:
 * how many deliveries a second Parley makes to signed-in clients from a deep pipeline, beside a
 * bare coalescing fan-out server in the same run, and by `ident` beside ngIRCd, too. The ratio is
 * Parley's rate to the peer's.
 */
import { dialects } from './dialects.ts'
import { bare, installed, ngircd, parley, type Peer } from './peers.ts'
import { options, printThroughput } from './rounds.ts'

const seconds = 3
const defaultClients = 500
const loads = [
  { senders: 10, window: 10 },
  { senders: 100, window: 4 },
]
const frameBytes = dialects['bare-frames'].message('u00000', 'x'.repeat(64)).length

const relay = bare('bare-server.ts', 'bare-lines')
const peers: Readonly<Record<string, () => readonly Peer[]>> = {
  ident: () => [parley('ident', file), relay, ...installed([ngircd])],
  json: () => [parley('json', file), bare('bare-server.ts', 'bare-json')],
  // Beside `ident`, whose messages wait for no disk.
  parley: () => [parley('parley', file), parley('ident', file), relay],
  chatos: () => [parley('chatos', file), bare('bare-server.ts', 'bare-frames', String(frameBytes))],
}

const { runs, clients = defaultClients, parley: file, words } = options()
for (const protocol of words.length > 0 ? words : Object.keys(peers)) {
  const chosen = peers[protocol]?.()
  if (!chosen) throw new Error(`${protocol} is not measured: choose among ${Object.keys(peers).join(', ')}`)
  for (const { senders, window } of loads) {
    const what = `${protocol}, ${clients} clients, ${senders} of them senders`
    await printThroughput(what, chosen, runs, 'load.ts', seconds, clients - senders, senders, window)
  }
}
