/**
 * `node bench/one-at-a-time.ts [--runs 3] [--clients 501] [--parley <parley.js>]`: how many
 * deliveries a second Parley makes by `ident` when one client sends a message to everybody whenever
 * all others have the one before, beside InspIRCd and a bare server. Nothing can be gathered here:
 * each delivery is a write. The ratio is Parley's rate to the peer's.
 */
import { bare, inspircd, installed, parley } from './peers.ts'
import { options, printThroughput } from './rounds.ts'

const seconds = 3
const defaultClients = 501

const { runs, clients = defaultClients, parley: file } = options()
const peers = [parley('ident', file), ...installed([inspircd]), bare('bare-chat.ts', 'ident')]
const listeners = clients - 1
await printThroughput(
  `one message at a time to ${listeners} listeners`,
  peers,
  runs,
  'load.ts',
  seconds,
  listeners,
  1,
  1,
)
