import { command, type CommandTable } from '../kit/commands.ts'
import type { CpFrame } from './codec.ts'
import type { CpConnection } from './connection.ts'
import { confirm, decline, downloadIn, noReply, rmsg } from './mailbox.ts'
import type { Arrows } from './states.ts'
import { smsg } from './talk.ts'
import { pass, term, user } from './users.ts'

type CpTable = CommandTable<Arrows, CpConnection, CpFrame>

/**
 * Every command of `cp`: in which states it may be said and what each leads to (P-3), and what
 * carries it out.
 */
export const commands = {
  USER: command({ when: { Idle: 'User Validated' }, run: user }),
  PASS: command({ when: { 'User Validated': 'Authentication Validated' }, run: pass }),
  SMSG: command({
    when: { 'Process Command': 'Sending Message', 'Error Processing': 'Sending Message' },
    run: smsg,
  }),
  RMSG: command({
    when: { 'Process Command': 'Receiving Message', 'Error Processing': 'Receiving Message' },
    read: downloadIn,
    run: rmsg,
  }),
  TERM: command({
    when: {
      Idle: 'Idle',
      'User Validated': 'Idle',
      'Process Command': 'Idle',
      'Receiving Message': 'Idle',
      'Error Processing': 'Idle',
    },
    run: term,
  }),
} satisfies CpTable

/**
 * The codes that a client may say. None is ever answered, and one that is out of place means
 * nothing (P-6).
 */
export const codes = {
  '200': command({ when: {}, run: noReply }),
  '201': command({ when: { 'Error Processing': 'Process Command' }, run: noReply }),
  '250': command({ when: { 'Receiving Message': 'Receiving Message' }, run: confirm }),
  '550': command({ when: { 'Receiving Message': 'Error Processing' }, run: decline }),
} satisfies CpTable
