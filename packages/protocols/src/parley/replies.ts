import type { NameFailure } from '@parley/core'
import type { AccountFailure, DecisionFailure, ModerationRequestFailure } from '../administration.ts'
import type { Farewell, SignInFailure, SubmitFailure } from '../protocol.ts'

/** Every error, and the plain words that stand beside it (L-4). */
export const messages = {
  malformed: 'This is not one JSON object with the members that the command needs.',
  'unknown-command': 'This server has no such command.',
  'hello-first': 'Say hello first.',
  'hello-again': 'Hello was said already.',
  'no-common-version': 'This server speaks version 1.',
  'sign-in-first': 'Sign in first.',
  'signed-in-already': 'This connection is signed in already.',
  'name-invalid': 'A name has 1 to 32 letters, digits or underscores, a group up to 64.',
  'name-reserved': 'This name is reserved. Choose another one.',
  'name-taken': 'Somebody has this name, or the password is wrong.',
  unavailable: "The server's disk takes nothing at the moment. Try again later.",
  'empty-text': 'There is nothing to say.',
  'text-too-long': 'This text is too long.',
  'too-many-messages': 'Too many messages. Try again in a second.',
  muted: 'An operator lets you listen, and not speak.',
  'no-such-user': 'There is no such user.',
  'no-such-group': 'There is no such group.',
  'to-yourself': 'This needs somebody else.',
  'mailbox-full': 'Too much waits for this user.',
  'group-exists': 'There is a group of this name.',
  'too-many-groups': 'You are the admin of as many groups as may be.',
  'already-a-member': 'You are a member of this group.',
  banned: 'You are banned from this group.',
  'not-a-member': 'You are not a member of this group.',
  'not-the-admin': 'You are not the admin of this group.',
  'admin-cannot-leave': 'The admin cannot leave its group.',
  yourself: 'You cannot do this to yourself.',
  'target-not-a-member': 'This user is not a member of this group.',
  'members-unreached': 'What is sealed does not reach all members who are here.',
  'no-such-file': 'There is no such file under way.',
  'no-such-offer': 'There is no such offer.',
  'cannot-receive': 'This user cannot receive files.',
  'too-large': 'This file is too large.',
  'too-many-transfers': 'Too many files of this sender are under way.',
  'no-tunnels-there': 'This user cannot be asked for a tunnel.',
  'already-asked': 'You have asked this user already.',
  'too-many-tunnels': 'You have as many tunnels as may be.',
  'no-such-tunnel': 'There is no such tunnel.',
  'out-of-credit': 'These are more bytes than the other side gave credit for.',
  'wrong-offset': 'The next byte belongs elsewhere.',
  'no-key': 'This user cannot receive sealed messages.',
  'key-too-long': 'This key is too long.',
  'registered-only': 'This needs an account.',
  'admins-only': 'This is for admins.',
  'address-invalid': 'This is neither an address nor a network, such as 192.0.2.0/24.',
  'account-exists': 'This name is registered.',
  'hook-exists': 'This is the name of a bot.',
  'no-such-account': 'Nobody is registered under this name.',
  'no-such-sanction': 'There is none of these.',
  'too-many-sanctions': 'There are as many of these as may be. Take some back first.',
  'no-such-device': 'There is no device of yours with this number.',
  'backup-too-large': 'This is more than the server keeps.',
  'no-such-message': 'There is no message of yours with this number.',
  'no-such-conversation': 'This is no conversation of yours.',
  'game-on': 'There is a game already.',
  'no-game': 'There is no game.',
  'game-running': 'The game has begun.',
  'joined-already': 'You take part already.',
  'still-joining': 'The game has not begun.',
  'never-announced': 'You came after the game was announced, and did not join.',
  'not-a-player': 'You did not join.',
  'right-already': 'You have guessed right.',
  'out-of-range': 'This number cannot be right.',
} as const
export type ErrorCode = keyof typeof messages

/** Most failures are told by the name that they have in the core. */
type SameName<F extends ErrorCode> = { readonly [Name in F]: Name }

function byName<F extends ErrorCode>(...names: readonly F[]): SameName<F> {
  return Object.fromEntries(names.map((name) => [name, name])) as SameName<F>
}

export const signInErrors = {
  ...byName('name-invalid', 'name-reserved', 'name-taken', 'unavailable'),
  'wrong-password': 'name-taken',
} satisfies Record<SignInFailure, ErrorCode>

/** A name that nobody can have is that of no user and no group. */
export const addresseeErrors = {
  user: 'no-such-user',
  group: 'no-such-group',
} as const

export const broadcastErrors = {
  ...byName('too-many-messages', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'broadcast'>, ErrorCode>

export const tellErrors = {
  ...byName('no-such-user', 'too-many-messages', 'mailbox-full', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'tell'>, ErrorCode>

export const groupSayErrors = {
  ...byName('no-such-group', 'not-a-member', 'too-many-messages', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'group.say'>, ErrorCode>

export const groupCreateErrors = {
  ...byName('name-invalid', 'name-reserved'),
  ...byName('group-exists', 'too-many-groups', 'too-many-messages', 'unavailable', 'muted'),
} satisfies Record<NameFailure | SubmitFailure<'group.create'>, ErrorCode>

export const groupJoinErrors = {
  ...byName('no-such-group', 'already-a-member', 'banned', 'too-many-messages', 'unavailable'),
} satisfies Record<SubmitFailure<'group.join'>, ErrorCode>

export const groupLeaveErrors = {
  ...byName('no-such-group', 'not-a-member', 'admin-cannot-leave', 'too-many-messages', 'unavailable'),
} satisfies Record<SubmitFailure<'group.leave'>, ErrorCode>

export const groupKickErrors = {
  ...byName('no-such-group', 'not-the-admin', 'yourself', 'target-not-a-member', 'too-many-messages', 'unavailable'),
} satisfies Record<SubmitFailure<'group.kick'>, ErrorCode>

export const groupHandOnErrors = {
  ...byName('no-such-group', 'not-the-admin', 'yourself', 'target-not-a-member', 'too-many-messages', 'unavailable'),
} satisfies Record<SubmitFailure<'group.hand-on'>, ErrorCode>

export const groupSealErrors = {
  ...byName('no-such-group', 'not-a-member', 'empty-text', 'members-unreached'),
  ...byName('too-many-messages', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'group.seal'>, ErrorCode>

export const keyPublishErrors = {
  ...byName('key-too-long', 'unavailable'),
} satisfies Record<SubmitFailure<'key.publish'>, ErrorCode>

export const keyRequestErrors = {
  ...byName('no-such-user', 'to-yourself', 'no-key', 'too-many-messages', 'unavailable'),
} satisfies Record<SubmitFailure<'key.request'>, ErrorCode>

/** For session keys and sealed messages. */
export const sealedErrors = {
  ...byName(
    'no-such-user',
    'to-yourself',
    'no-key',
    'key-too-long',
    'empty-text',
    'too-many-messages',
    'unavailable',
    'muted',
  ),
} satisfies Record<SubmitFailure<'session-key.send' | 'sealed.send'>, ErrorCode>

export const deleteErrors = {
  ...byName('no-such-message', 'too-many-messages', 'unavailable'),
  'not-yours': 'no-such-message',
} satisfies Record<SubmitFailure<'message.delete'>, ErrorCode>

/** What only somebody registered has. */
const notRegistered = { 'not-registered': 'registered-only' } as const

export const markErrors = {
  ...byName('no-such-conversation', 'too-many-messages', 'unavailable'),
  ...notRegistered,
} satisfies Record<SubmitFailure<'mark.read'>, ErrorCode>

export const deviceRemoveErrors = {
  ...byName('no-such-device', 'unavailable'),
} satisfies Record<SubmitFailure<'device.remove'>, ErrorCode>

export const backupErrors = {
  ...byName('too-many-messages', 'unavailable'),
  ...notRegistered,
  'too-large': 'backup-too-large',
} satisfies Record<SubmitFailure<'backup.put'>, ErrorCode>

export const fileOfferErrors = {
  ...byName('no-such-user', 'to-yourself', 'cannot-receive', 'too-large', 'too-many-messages', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'file.offer'>, ErrorCode>

/** To whoever accepts or refuses. */
export const fileAcceptErrors = {
  ...byName('no-such-offer', 'too-many-transfers', 'unavailable'),
} satisfies Record<SubmitFailure<'file.accept' | 'file.refuse'>, ErrorCode>

export const tunnelAskErrors = {
  ...byName('no-such-user', 'no-tunnels-there', 'already-asked', 'to-yourself', 'too-many-tunnels'),
  ...byName('too-many-messages', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'tunnel.ask'>, ErrorCode>

export const tunnelErrors = {
  'not-a-party': 'no-such-tunnel',
  'no-such-request': 'no-such-tunnel',
  ...byName('unavailable'),
} satisfies Record<SubmitFailure<'tunnel.abort'>, ErrorCode>

export const gameStartErrors = {
  ...byName('game-on', 'too-many-messages', 'unavailable', 'muted'),
} satisfies Record<SubmitFailure<'game.start'>, ErrorCode>

export const gameJoinErrors = {
  ...byName('no-game', 'joined-already', 'game-running', 'unavailable'),
} satisfies Record<SubmitFailure<'game.join'>, ErrorCode>

export const guessErrors = {
  ...byName('no-game', 'still-joining', 'never-announced', 'not-a-player', 'right-already', 'out-of-range'),
  ...byName('unavailable'),
} satisfies Record<SubmitFailure<'game.guess'>, ErrorCode>

/** Of what admins decide. */
export const decisionErrors = {
  ...byName('no-such-user', 'no-such-account', 'no-such-sanction', 'too-many-sanctions', 'admins-only', 'unavailable'),
  ...byName('name-invalid', 'name-reserved', 'address-invalid'),
  'bad-request': 'malformed',
} satisfies Record<DecisionFailure | ModerationRequestFailure, ErrorCode>

export const accountErrors = {
  ...byName('account-exists', 'hook-exists', 'no-such-account', 'admins-only', 'unavailable'),
} satisfies Record<AccountFailure, ErrorCode>

/** Why a connection ends, and the plain words that stand beside it. */
export const farewells = {
  quit: 'Goodbye.',
  stopping: 'The server is stopping.',
  'too-slow': 'Too much was not read.',
  'sign-in-timeout': 'Nobody signed in.',
  'account-changed': 'The account has changed.',
  removed: 'An operator removed you.',
  banned: 'An operator banned you.',
  'no-guests': 'No guests are let in at the moment.',
  'cut-off': 'This server does not reach the others. Connect again.',
  silent: 'There was no answer to ping.',
  'frame-too-long': 'A frame was too long.',
  'too-many-refused': 'Too many requests were refused.',
} satisfies Record<Farewell | 'quit' | 'silent' | 'frame-too-long', string>
export type Why = keyof typeof farewells
