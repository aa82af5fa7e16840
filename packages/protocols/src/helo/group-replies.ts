import type { GroupName, NameFailure, UserName } from '@parley/core'
import type { SubmitFailure } from '../protocol.ts'
import { broadcastReplies, softErrs, type SoftErr } from './replies.ts'

const noSuchGroup = '-SOFT_ERR no such group!'
const tooManyMessages = broadcastReplies['too-many-messages'] // H-3
const notStored = '-SOFT_ERR group could not be stored'

/** helo.txt 7.6, word for word. */
export const createReplies = {
  'name-invalid': softErrs.malformedCommand, // H-15
  'name-reserved': softErrs.malformedCommand,
  'group-exists': '-SOFT_ERR a group with that name already exists!',
  'too-many-groups': '-SOFT_ERR you are the admin of too many groups',
  'too-many-messages': tooManyMessages,
  muted: broadcastReplies.muted,
  unavailable: notStored,
} satisfies Record<NameFailure | SubmitFailure<'group.create'>, SoftErr>

/** helo.txt 7.7 */
export const joinReplies = {
  'no-such-group': noSuchGroup,
  'already-a-member': '-SOFT_ERR you are already a member of that group!',
  banned: '-SOFT_ERR you are banned from that group!',
  'too-many-messages': tooManyMessages,
  unavailable: notStored,
} satisfies Record<SubmitFailure<'group.join'>, SoftErr>

/** helo.txt 7.8 */
export const sayReplies = {
  'no-such-group': noSuchGroup,
  'not-a-member': '-SOFT_ERR you are not allowed to write in that group!',
  ...broadcastReplies, // H-3
} satisfies Record<'empty-text' | SubmitFailure<'group.say'>, SoftErr>

/** helo.txt 7.9 */
export const leaveReplies = {
  'no-such-group': noSuchGroup,
  'not-a-member': '-SOFT_ERR you are not a member of that group!',
  'admin-cannot-leave': "-SOFT_ERR you are an admin, you can't leave the group!", // H-6
  'too-many-messages': tooManyMessages,
  unavailable: notStored,
} satisfies Record<SubmitFailure<'group.leave'>, SoftErr>

/** helo.txt 7.10. The names are the words of the command (H-12). */
export function kickReplies(group: string, user: string) {
  return {
    'no-such-group': noSuchGroup,
    'not-the-admin': '-SOFT_ERR you are not allowed to kick members out that group!',
    yourself: '-SOFT_ERR why would you kick yourself out of your group :)?',
    'target-not-a-member': `-SOFT_ERR user ${user} is not a member of group ${group}`,
    'too-many-messages': tooManyMessages,
    unavailable: notStored,
  } satisfies Record<SubmitFailure<'group.kick'>, SoftErr>
}

/** What the members who stay hear (helo.txt 7.10 (5)). */
export function memberKicked(user: UserName, group: GroupName): string {
  return `GROUP_MESSAGE user ${user} has been kicked out of group ${group}`
}
