/**
 * `node bench/private-messages.ts [--runs 3] [--clients 100] [--parley <parley.js>]`: private
 * messages a second between pairs who reply at once, Parley by `ident` beside InspIRCd and ngIRCd.
 * The ratio is Parley's rate to the peer's.
 */
import { bare, inspircd, installed, ngircd, parley } from './peers.ts'
import { options, printThroughput } from './rounds.ts'

const seconds = 3
const defaultClients = 100

const { runs, clients = defaultClients, parley: file } = options()
const pairs = Math.floor(clients / 2)
const peers = [parley('ident', file), ...installed([inspircd, ngircd], bare('bare-chat.ts', 'ident'))]
await printThroughput(`private messages, ${pairs} pairs`, peers, runs, 'private-load.ts', pairs, seconds)
