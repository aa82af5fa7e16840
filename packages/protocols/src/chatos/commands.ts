import { command, type Command, type When } from '../kit/commands.ts'
import type { ChatosConnection } from './connection.ts'
import type { Op, Packet } from './packets.ts'
import { sma, spm } from './talk.ts'
import { tcpAbort, tcpAccept, tcpAsk, tcpConnect } from './tunnels.ts'
import { cr, ignoreError } from './users.ts'

/**
 * Every packet of `chatos`, who may send it, and what carries it out. `packets.ts` has what each is
 * made of. A connection that begins with TCPAccept or TCPConnect becomes a private one.
 */
export const commands = {
  CR: command({ when: 'anyone', run: cr }),
  SPM: command({ when: 'signed-in', run: spm }),
  SMA: command({ when: 'signed-in', run: sma }),
  TCPAsk: command({ when: 'signed-in', run: tcpAsk }),
  TCPAbort: command({ when: 'signed-in', run: tcpAbort }),
  TCPAccept: command({ when: 'signed-out', run: tcpAccept }),
  TCPConnect: command({ when: 'signed-out', run: tcpConnect }),
  ERROR: command({ when: 'signed-in', run: ignoreError }),
} satisfies { readonly [O in Op]: Command<When, ChatosConnection, Packet<O>> }
