import { any } from './places.ts'
import { accounts } from './accounts.ts'
import type { Kept, Said } from './said.ts'
import type { Words } from './words.ts'

export const hello = '{"id":0,"do":"hello","versions":[1]}'
const signInMs = 60_000

/** Every request has the same id: the model makes one at a time. */
export function request(command: string, members: object = {}): string {
  return JSON.stringify({ id: 1, do: command, ...members })
}

export function reply(members: object = {}): string {
  return JSON.stringify({ re: 1, ok: true, ...members })
}

export function refusal(error: string): string {
  return JSON.stringify({ re: 1, ok: false, error, message: any })
}

/** One that has a place that nobody refers to. */
export function event(name: string, members: object = {}): string {
  return JSON.stringify({ event: name, seq: any, at: any, ...members })
}

/** What was said, and to whom: `*`, `#group` or `@user`. */
export function message(from: string, to: string, text: string, { place, kept }: Said): string {
  return JSON.stringify({ event: 'message', seq: { place }, at: any, from, to, text, kept })
}

/** A message as history has it. */
export function row({ place, from, to, kind, text, target }: Kept): object {
  const head = { seq: { place }, at: any, from, to, kept: true }
  if (target !== null) return { ...head, target: { place: target } }
  return kind === 'deleted' ? { ...head, deleted: true } : { ...head, text }
}

/** A message as it is told to whoever catches up. */
export function missed(kept: Kept): string {
  const { place, from, to, target } = kept
  if (target === null) return JSON.stringify({ event: 'message', ...row(kept) })
  return JSON.stringify({ event: 'message-deleted', seq: { place }, at: any, from, to, target: { place: target } })
}

function said({ place, kept }: Said): string {
  return reply({ seq: { place }, at: any, kept })
}

/** docs/protocols/parley.md. Once connected, everybody says hello. */
export const parley: Words = {
  greeting: [
    JSON.stringify({
      re: 0,
      ok: true,
      version: 1,
      server: any,
      features: any,
      limits: { frame: 131_072, text: 65_536, chunk: 32_768 },
      pingSeconds: 20,
    }),
  ],
  name: /^[A-Za-z0-9_]{1,32}$/,
  refusalEnds: false,
  sayIn: (name, password) => request('sign-in', { name, password }),
  welcome: (name) => reply({ name, registered: accounts.has(name.toLowerCase()), seq: any }),
  badName: refusal('name-invalid'),
  reservedName: refusal('name-reserved'),
  takenName: refusal('name-taken'),
  twice: [refusal('signed-in-already')],
  notSignedIn: refusal('sign-in-first'),
  nonsense: [request('dance'), refusal('unknown-command')],
  sayAll: (_, text) => request('say', { to: '*', text }),
  said: (_, how) => said(how),
  refusedBroadcast: { empty: refusal('empty-text'), rate: refusal('too-many-messages') },
  sayTo: (_, to, text) => request('say', { to: `@${to}`, text }),
  told: (_to, _text, how) => [said(how)],
  refusedTell: {
    unknown: refusal('no-such-user'),
    empty: refusal('empty-text'),
    rate: refusal('too-many-messages'),
    full: refusal('mailbox-full'),
    self: null, // L-7
  },
  sayUsers: request('users'),
  users: (names) => reply({ users: names.map((name) => ({ name, registered: accounts.has(name.toLowerCase()) })) }),
  bye: [request('quit'), reply(), JSON.stringify({ event: 'bye', why: 'quit', message: any })],
  joined: (user) => [event('joined', { user })],
  left: (user) => [event('left', { user })],
  broadcast: (from, text, how) => [message(from, '*', text, how)],
  privately: (from, to, text, how) => [message(from, `@${to}`, text, how)],
  unasked: [], // L-5
  heartbeat: { everyMs: 20_000, answerMs: 10_000, ping: '{"event":"ping"}', pong: '{"do":"pong"}' },
  lost: [JSON.stringify({ event: 'bye', why: 'silent', message: any })],
  signInLost: [JSON.stringify({ event: 'bye', why: 'sign-in-timeout', message: any })],
  signInMs,
}
