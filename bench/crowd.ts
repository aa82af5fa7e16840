/**
 * `node bench/crowd.ts [--runs 3] [--clients 10000] [--parley <parley.js>]`: how long it takes
 * until so many clients have signed in, each announced to everybody, and until all are gone whose
 * sockets closed at once, Parley by `ident` beside InspIRCd. The ratio is the rate of Parley to the
 * peer's, so that more is better.
 */
import { bare, inspircd, installed, parley } from './peers.ts'
import { load, measureInTurn, options, printRatios } from './rounds.ts'

const defaultClients = 10_000
const atOnce = 500
const limitSeconds = 60
const idleSeconds = 1

interface Figures {
  readonly signIns: number
  readonly came: number
  readonly dropped: number
  readonly departures: number
  readonly left: number
}

const { runs, clients = defaultClients, parley: file } = options()
const peers = [parley('ident', file), ...installed([inspircd], bare('bare-chat.ts', 'ident'))]
const measured = await measureInTurn(peers, runs, (peer, server) =>
  load<Figures>('crowd-load.ts', peer, server, clients, atOnce, limitSeconds, idleSeconds),
)
for (const { peer, rounds } of measured)
  for (const { came, left, dropped } of rounds)
    if (came < clients || left < came || dropped > 0)
      process.stdout.write(
        `${peer.name}: ${came} of ${clients} were in after ${limitSeconds} s, ${dropped} of them dropped, ` +
          `and ${left} announced as gone\n`,
      )
printRatios(
  `${clients} announced sign-ins, medians of ${runs}:`,
  measured,
  ({ came, signIns }) => came / signIns,
  (middle) =>
    `${middle(({ signIns }) => signIns)
      .toFixed(2)
      .padStart(6)} s`,
)
printRatios(
  `their sudden departures:`,
  measured,
  ({ left, departures }) => left / departures,
  (middle) =>
    `${middle(({ departures }) => departures)
      .toFixed(2)
      .padStart(6)} s`,
)
