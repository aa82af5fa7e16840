import { isBody, type Body } from '@parley/protocols'
import { readJson } from '../json-text.ts'
import type { CheckedProtocol, Scene } from './checked-protocol.ts'

/** The member of an event that says who or what it is about: a user or a group. */
const subjects: Readonly<Record<string, string>> = {
  joined: 'user',
  left: 'user',
  message: 'from',
  'message-deleted': 'from',
  'group-joined': 'group',
  'group-left': 'group',
  'group-kicked': 'group',
  'group-admin': 'group',
}
/** The member of a reply that is a list, and what in each of its items says who caused it. */
const lists: readonly (readonly [list: string, cause: (item: Body) => Body])[] = [
  ['users', (item) => ({ from: item['name'] })],
  ['groups', (item) => ({ from: item['name'] })],
  ['messages', (item) => item],
  ['conversations', (item) => (isBody(item['last']) ? item['last'] : {})],
]
const ping = '{"event":"ping"}'
const pong = '{"do":"pong"}'
/** The first place in the log that a transcript saw: what stands before it was not said in it. */
const begun = new WeakMap<Scene, number>()
const everything = Number.MAX_SAFE_INTEGER

export const parley: CheckedProtocol = {
  signIn: /^(?=.*"do"\s*:\s*"sign-in").*"name"\s*:\s*"(\w+)"/,
  validName: /^\w{1,32}$/,
  mentions: [/"(?:to|of)"\s*:\s*"[@#](\w+)"/g, /"(?:user|group)"\s*:\s*"(\w+)"/g],
  nameTaken: /"error"\s*:\s*"name-taken"/,
  accepted: /^(?=.*"ok"\s*:\s*true)(?=.*"registered"\s*:).*"seq"\s*:/,
  password: /^(.*"password"\s*:\s*")((?:[^"\\]|\\.)*)(?=")/,
  tokens: /("token"\s*:\s*")((?:[^"\\]|\\.)*)(?=")/g,
  lineEnd: '\n',
  heartbeat: { ping, pong },
  varying: [
    { line: /"server"\s*:\s*"(?<varies>[^"\\]+)"/dg, called: 'server' },
    { line: /"token"\s*:\s*"(?<varies>[^"\\]+)"/dg, called: 'token' },
    { line: /"(?:seq|target|after|before|around|upTo|mark)"\s*:\s*(?<varies>\d+)/dg, called: 'seq' },
    { line: /"(?:at|addedAt|lastSeen)"\s*:\s*(?<varies>\d{4,})/dg, called: 'at' },
    { line: /"file"\s*:\s*(?<varies>\d+)/dg, called: 'file' },
  ],
  emptyMailbox: [
    '+200ms',
    `-> {"id":"all","do":"received","seq":${everything}}`,
    '<- {"re":"all","ok":true}',
    '-> {"id":"end","do":"quit"}',
    '<- {"re":"end","ok":true}',
    '<- {"event":"bye","why":"quit","message":"<_message>"}',
    '<- [closed]',
  ],
  sieve: (scene) => ({
    sift(line) {
      const read = readJson(line)
      if (!read.ok || !isBody(read.value)) return { line }
      const body = read.value
      if (body['event'] === 'ping' && !scene.says(ping)) return { line: null, reply: pong }
      if (!begun.has(scene) && 'registered' in body && typeof body['seq'] === 'number') begun.set(scene, body['seq'])
      if (isOfOthers(body, scene)) return { line: null }
      const ours = withoutOthers(body, scene)
      return { line: ours === body ? line : JSON.stringify(ours) }
    },
  }),
}

function isOfOthers(body: Body, scene: Scene): boolean {
  const event = typeof body['event'] === 'string' ? body['event'] : ''
  if (event.startsWith('game-')) return !scene.says('game-start')
  const subject = body[subjects[event] ?? '']
  return (typeof subject === 'string' && !scene.has(subject)) || (event === 'message' && isEarlier(body, scene))
}

/** An account may have said and received something before. */
function isEarlier({ seq }: Body, scene: Scene): boolean {
  return typeof seq === 'number' && seq < (begun.get(scene) ?? 0)
}

/** The same body where no list in it names others. */
function withoutOthers(body: Body, scene: Scene): Body {
  for (const [list, cause] of lists) {
    const items = body[list]
    if (!Array.isArray(items)) continue
    const ours = items.filter((item) => {
      const caused = isBody(item) ? cause(item) : {}
      const { from } = caused
      return (typeof from !== 'string' || scene.has(from)) && !isEarlier(caused, scene)
    })
    if (ours.length < items.length) return { ...body, [list]: ours }
  }
  return body
}
