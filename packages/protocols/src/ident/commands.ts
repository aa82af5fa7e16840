import { command, type CommandTable, type When } from '../kit/commands.ts'
import type { WordLine } from '../kit/words.ts'
import type { IdentConnection } from './connection.ts'
import { pmPubkey, pmSessionkey, readPmPubkey, readPmSessionkey } from './keys.ts'
import { bcst, pm, readPm } from './talk.ts'
import { acknowledged, ident, pong, quit, readIdent, users } from './users.ts'

/** Every command of `ident`: who may say it, what takes it apart, and what carries it out. */
export const commands = {
  IDENT: command({ when: 'anyone', read: readIdent, run: ident }),
  PONG: command({ when: 'anyone', run: pong }),
  QUIT: command({ when: 'anyone', run: quit }),
  OK: command({ when: 'anyone', run: acknowledged }),
  BCST: command({ when: 'signed-in', run: bcst }),
  USERS: command({ when: 'signed-in', run: users }),
  PM: command({ when: 'signed-in', read: readPm, run: pm }),
  PRIVATE_MESSAGE: command({ when: 'signed-in', read: readPm, run: pm }),
  PM_PUBKEY: command({ when: 'signed-in', read: readPmPubkey, run: pmPubkey }),
  PM_SESSIONKEY: command({ when: 'signed-in', read: readPmSessionkey, run: pmSessionkey }),
} satisfies CommandTable<When, IdentConnection, WordLine>
