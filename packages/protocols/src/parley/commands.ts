import { command, type CommandTable } from '../kit/commands.ts'
import { addAccount, readName, readPassword, removeAccount, setPassword } from './admin-accounts.ts'
import {
  decide,
  readAnnounce,
  readBan,
  readDemote,
  readKick,
  readLevel,
  readMute,
  readPromote,
  readSlow,
  readUnban,
  readUnmute,
} from './admin-decisions.ts'
import { listAccounts, listAudit, listListeners, listOnline, readAudit, showMetrics, showRules } from './admin.ts'
import { getBackup, putBackup, readBackupGet, readBackupPut } from './backup.ts'
import type { Body } from './codec.ts'
import { listDevices, readDevice, removeDevice } from './devices.ts'
import type { Exchange } from './exchange.ts'
import {
  acceptFile,
  cancelFile,
  fileDone,
  fileState,
  offerFile,
  readBytes,
  readCancel,
  readChunk,
  readDone,
  readFile,
  readOffer,
  readRead,
  refuseFile,
  writeChunk,
} from './files.ts'
import { guess, joinGame, readGuess, startGame } from './game.ts'
import { hello, readHello } from './greeting.ts'
import { createGroup, handOn, joinGroup, kick, leaveGroup, listGroups, readGroup, readMember } from './groups.ts'
import {
  conversations,
  deleteMessage,
  exportOwn,
  history,
  readConversations,
  readExport,
  readHistory,
  readSearch,
  readSeq,
  received,
  search,
} from './history.ts'
import { keyPublish, keyRequest, readKeyPublish, readKeyRequest, readSessionKey, sessionKey } from './keys.ts'
import { lens, readLens } from './lens-request.ts'
import { markRead, readMark } from './marks.ts'
import { readSay, say } from './talk.ts'
import {
  acceptTunnel,
  askTunnel,
  closeTunnel,
  finishTunnel,
  readTunnel,
  readTunnelAsk,
  readTunnelCredit,
  readTunnelData,
  refuseTunnel,
  tunnelCredit,
  tunnelData,
} from './tunnels.ts'
import { listUsers, ping, pong, quit, readSignIn, signIn, signOut } from './users.ts'

/** `always`: also before `hello`. `greeted`: signed in or not. `admin`: signed in as one. */
export type When = 'always' | 'greeted' | 'signed-out' | 'signed-in' | 'admin'

/** Every command of `parley`: who may say it, what takes it apart and what carries it out. */
export const commands = {
  hello: command({ when: 'always', read: readHello, run: hello }),
  'sign-in': command({ when: 'signed-out', read: readSignIn, run: signIn }),
  'sign-out': command({ when: 'signed-in', run: signOut }),
  quit: command({ when: 'greeted', run: quit }),
  ping: command({ when: 'greeted', run: ping }),
  pong: command({ when: 'greeted', run: pong }),
  users: command({ when: 'signed-in', run: listUsers }),
  say: command({ when: 'signed-in', read: readSay, run: say }),
  received: command({ when: 'signed-in', read: readSeq, run: received }),
  history: command({ when: 'signed-in', read: readHistory, run: history }),
  search: command({ when: 'signed-in', read: readSearch, run: search }),
  conversations: command({ when: 'signed-in', read: readConversations, run: conversations }),
  delete: command({ when: 'signed-in', read: readSeq, run: deleteMessage }),
  export: command({ when: 'signed-in', read: readExport, run: exportOwn }),
  read: command({ when: 'signed-in', read: readMark, run: markRead }),
  devices: command({ when: 'signed-in', run: listDevices }),
  'device-remove': command({ when: 'signed-in', read: readDevice, run: removeDevice }),
  'backup-put': command({ when: 'signed-in', read: readBackupPut, run: putBackup }),
  'backup-get': command({ when: 'signed-in', read: readBackupGet, run: getBackup }),
  groups: command({ when: 'signed-in', run: listGroups }),
  'group-create': command({ when: 'signed-in', read: readGroup, run: createGroup }),
  'group-join': command({ when: 'signed-in', read: readGroup, run: joinGroup }),
  'group-leave': command({ when: 'signed-in', read: readGroup, run: leaveGroup }),
  'group-kick': command({ when: 'signed-in', read: readMember, run: kick }),
  'group-hand-on': command({ when: 'signed-in', read: readMember, run: handOn }),
  'key-publish': command({ when: 'signed-in', read: readKeyPublish, run: keyPublish }),
  key: command({ when: 'signed-in', read: readKeyRequest, run: keyRequest }),
  'session-key': command({ when: 'signed-in', read: readSessionKey, run: sessionKey }),
  'file-offer': command({ when: 'signed-in', read: readOffer, run: offerFile }),
  'file-accept': command({ when: 'signed-in', read: readFile, run: acceptFile }),
  'file-refuse': command({ when: 'signed-in', read: readFile, run: refuseFile }),
  'file-write': command({ when: 'signed-in', read: readChunk, run: writeChunk }),
  'file-read': command({ when: 'signed-in', read: readRead, run: readBytes }),
  'file-state': command({ when: 'signed-in', read: readFile, run: fileState }),
  'file-done': command({ when: 'signed-in', read: readDone, run: fileDone }),
  'file-cancel': command({ when: 'signed-in', read: readCancel, run: cancelFile }),
  'tunnel-ask': command({ when: 'signed-in', read: readTunnelAsk, run: askTunnel }),
  'tunnel-accept': command({ when: 'signed-in', read: readTunnel, run: acceptTunnel }),
  'tunnel-refuse': command({ when: 'signed-in', read: readTunnel, run: refuseTunnel }),
  'tunnel-close': command({ when: 'signed-in', read: readTunnel, run: closeTunnel }),
  'tunnel-data': command({ when: 'signed-in', read: readTunnelData, run: tunnelData }),
  'tunnel-credit': command({ when: 'signed-in', read: readTunnelCredit, run: tunnelCredit }),
  'tunnel-finish': command({ when: 'signed-in', read: readTunnel, run: finishTunnel }),
  'game-start': command({ when: 'signed-in', run: startGame }),
  'game-join': command({ when: 'signed-in', run: joinGame }),
  'game-guess': command({ when: 'signed-in', read: readGuess, run: guess }),
  lens: command({ when: 'signed-in', read: readLens, run: lens }),
  'admin-metrics': command({ when: 'admin', run: showMetrics }),
  'admin-online': command({ when: 'admin', run: listOnline }),
  'admin-accounts': command({ when: 'admin', run: listAccounts }),
  'admin-rules': command({ when: 'admin', run: showRules }),
  'admin-listeners': command({ when: 'admin', run: listListeners }),
  'admin-audit': command({ when: 'admin', read: readAudit, run: listAudit }),
  'admin-kick': command({ when: 'admin', read: readKick, run: decide }),
  'admin-ban': command({ when: 'admin', read: readBan, run: decide }),
  'admin-unban': command({ when: 'admin', read: readUnban, run: decide }),
  'admin-mute': command({ when: 'admin', read: readMute, run: decide }),
  'admin-unmute': command({ when: 'admin', read: readUnmute, run: decide }),
  'admin-level': command({ when: 'admin', read: readLevel, run: decide }),
  'admin-slow': command({ when: 'admin', read: readSlow, run: decide }),
  'admin-announce': command({ when: 'admin', read: readAnnounce, run: decide }),
  'admin-promote': command({ when: 'admin', read: readPromote, run: decide }),
  'admin-demote': command({ when: 'admin', read: readDemote, run: decide }),
  'admin-account-add': command({ when: 'admin', read: readPassword, run: addAccount }),
  'admin-account-password': command({ when: 'admin', read: readPassword, run: setPassword }),
  'admin-account-remove': command({ when: 'admin', read: readName, run: removeAccount }),
} satisfies CommandTable<When, Exchange, Body>
