import { command, type CommandTable, type When } from '../kit/commands.ts'
import type { HeloConnection } from './connection.ts'
import { fileTrans, readFileTrans, readReadyForFile, readyForFile } from './files.ts'
import {
  createGroup,
  getGroups,
  groupMessage,
  joinGroup,
  kick,
  leaveGroup,
  readCreateGroup,
  readGetGroups,
  readGroupMessage,
  readJoinGroup,
  readKick,
  readLeaveGroup,
} from './groups.ts'
import { publicKey, readPublicKey, readRequestPublicKey, requestPublicKey } from './keys.ts'
import { bcst, pm, readBcst, readPm } from './talk.ts'
import { getUsers, helo, pong, quit, readGetUsers, readHelo, readQuit } from './users.ts'

/**
 * Every command of `helo`: who may say it, what takes apart what stands behind its first word, and
 * what carries it out. In the order of helo.txt 7.
 */
export const commands = {
  HELO: command({ when: 'anyone', read: readHelo, run: helo }),
  BCST: command({ when: 'signed-in', read: readBcst, run: bcst }),
  PONG: command({ when: 'anyone', run: pong }),
  GET_USERS: command({ when: 'signed-in', read: readGetUsers, run: getUsers }),
  REQUEST_PUBLIC_KEY: command({ when: 'signed-in', read: readRequestPublicKey, run: requestPublicKey }),
  PUBLIC_KEY: command({ when: 'signed-in', read: readPublicKey, run: publicKey }),
  PM: command({ when: 'signed-in', read: readPm, run: pm }),
  CREATE_GROUP: command({ when: 'signed-in', read: readCreateGroup, run: createGroup }),
  JOIN_GROUP: command({ when: 'signed-in', read: readJoinGroup, run: joinGroup }),
  GROUP_MESSAGE: command({ when: 'signed-in', read: readGroupMessage, run: groupMessage }),
  LEAVE_GROUP: command({ when: 'signed-in', read: readLeaveGroup, run: leaveGroup }),
  KICK: command({ when: 'signed-in', read: readKick, run: kick }),
  GET_GROUPS: command({ when: 'signed-in', read: readGetGroups, run: getGroups }),
  FILE_TRANS: command({ when: 'signed-in', read: readFileTrans, run: fileTrans }),
  READY_FOR_FILE: command({ when: 'signed-in', read: readReadyForFile, run: readyForFile }),
  QUIT: command({ when: 'anyone', read: readQuit, run: quit }),
} satisfies CommandTable<When, HeloConnection, string>
