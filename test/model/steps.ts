import fc from 'fast-check'
import assert from 'node:assert/strict'
import { cpSays } from './cp.ts'
import { guessCounts, joinGame, judge, possible, startGame, verdicts } from './game.ts'
import { groupCommand, type GroupCommand } from './groups.ts'
import { request as parleyRequest } from './parley-words.ts'
import { accounts } from './accounts.ts'
import type { Connection } from './state.ts'
import { Arrival, isSame, signsIn, Step, tick, type Model, type Origin } from './step.ts'
import { broadcast, tell } from './talk.ts'
import { abortTunnel, askForTunnel, packet } from './tunnel-requests.ts'
import { input, leave, pong, users, usualPace } from './users.ts'
import type { Speech } from './words.ts'

const speeches: readonly Speech[] = ['ident', 'helo', 'json', 'json-field', 'cp', 'chatos', 'parley', 'parley']
export const names = ['Ann', 'bob', 'CLEO', 'dan', 'Eve_5', 'EVE_5', 'fay1']
const oddNames = ['ab', 'n'.repeat(11), 'n'.repeat(15), 'n'.repeat(33), 'bad-name', 'Server', 'all', 'x']
export const texts = [
  'hello',
  'two  blanks',
  'a:b',
  'ünï☃😀',
  'cafe\u0301 ở',
  'es\u001bc\u009ba\u0007pe',
  '\u0007\u0001',
  ':',
  '[all] hi',
  '<b>&"\\',
]
const longTexts = [
  'x'.repeat(1_009),
  'ü'.repeat(700),
  'ab😀'.repeat(600),
  'one\ntwo\n\nthree',
  'one\u2028two\u2029',
  '\u2028',
  '\n',
  '',
]
export const groupNames = ['chess', 'chess', 'Chess', 'tea']

export const who = fc.nat({ max: 7 })
export const name = fc.constantFrom(...names)
const text = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...texts) }, fc.constantFrom(...longTexts))
const origin = fc.constantFrom<Origin>('alone', 'alone', 'shared', 'loopback')
const password = fc.constantFrom('right', 'right', 'right', 'wrong', 'none')

export const isIn = (each: Connection) => each.person !== undefined
const isOut = (each: Connection) => each.person === undefined
const isPlayer = (each: Connection) => isIn(each) && (each.speech.startsWith('json') || each.speech === 'parley')
const pongOf = ({ words }: Connection) => (words.heartbeat ?? usualPace).pong
export const isCp = (each: Connection) => each.speech === 'cp'

/** A line protocol has no way to say a line break, and chatos none to say nothing. */
export function sayable(by: Connection, what: string): string {
  if (by.speech === 'chatos') return what || 'hello'
  return by.speech.startsWith('json') || by.speech === 'parley' ? what : what.replaceAll('\n', ' ').trim()
}

export function passwordFor(user: string, kind: string): string | undefined {
  if (kind === 'none') return undefined
  return kind === 'wrong' ? 'wrong' : accounts.get(user.toLowerCase())?.password
}

export const arrival = fc
  .tuple(
    fc.constantFrom(...speeches),
    fc.oneof({ weight: 9, arbitrary: name }, fc.constantFrom(...oddNames)),
    password,
    origin,
    fc.constantFrom('first' as const, 'last' as const, 'last' as const, null, null),
  )
  .map(([speech, user, kind, from, after]) => {
    return new Arrival(speech, user, passwordFor(user, kind), from, speech === 'parley' ? after : null)
  })

export const connecting = fc
  .tuple(fc.constantFrom(...speeches), origin)
  .map(([speech, from]) => new Arrival(speech, undefined, undefined, from))

export const signingIn = fc.tuple(who, name, password).map(([at, user, kind]) => {
  const may = (each: Connection, { state }: Readonly<Model>) => state.mayFail(each.address)
  return new Step(`signs in as ${user} (${kind} password)`, at, may, (model, real, each) => {
    signsIn(model, real, each, user, passwordFor(user, kind))
  })
})

export const speaking = fc.tuple(who, text).map(([at, what]) => {
  return new Step(
    `says to all ${JSON.stringify(what)}`,
    at,
    () => true,
    ({ state }, real, each) => {
      const said = sayable(each, what)
      broadcast(state, each, said)
      real.say(each.id, each.words.sayAll(each.person?.name ?? 'dan', said))
    },
  )
})

export const telling = fc
  .tuple(who, fc.oneof({ weight: 8, arbitrary: name }, fc.constant('nobody')), text)
  .map(([at, to, what]) => {
    return new Step(`says to ${to} ${JSON.stringify(what)}`, at, isIn, ({ state }, real, each) => {
      const said = sayable(each, what)
      tell(state, each, to, said)
      real.say(each.id, each.words.sayTo(each.person!.name, to, said))
    })
  })

export const listing = who.map((at) => {
  return new Step(
    'asks who is here',
    at,
    (each) => isIn(each) && each.words.sayUsers !== null,
    ({ state }, real, each) => {
      users(state, each)
      real.say(each.id, each.words.sayUsers!)
    },
  )
})

export const nonsense = who.map((at) => {
  return new Step(
    'talks nonsense',
    at,
    (each) => each.words.nonsense !== null,
    ({ state }, real, each) => {
      input(state, each)
      const [said, heard] = each.words.nonsense!
      each.heard.push(heard)
      real.say(each.id, said)
    },
  )
})

export const ponging = who.map((at) => {
  return new Step(
    'says PONG',
    at,
    (each) => each.words.unasked !== null,
    ({ state }, real, each) => {
      pong(state, each)
      real.say(each.id, pongOf(each))
    },
  )
})

export const leaving = fc
  .tuple(who, fc.constantFrom('bye' as const, 'ends' as const, 'resets' as const))
  .map(([at, wish]) => {
    return new Step(
      `leaves (${wish})`,
      at,
      () => true,
      ({ state, groups }, real, each) => {
        const how = wish === 'bye' && !each.words.bye ? 'ends' : wish
        leave(state, groups, each, how)
        if (how === 'bye') real.say(each.id, each.words.bye![0])
        else real.leave(each.id, how)
      },
    )
  })

const fetching = fc.tuple(
  who,
  fc.constantFrom('RMSG' as const, '250' as const, '250' as const, '550' as const, '201' as const, 'TERM' as const),
)
export const receiving = fetching.map(([at, said]) => {
  const may = (each: Connection) => isCp(each) && (said !== 'TERM' || isIn(each))
  return new Step(`says ${said}`, at, may, ({ state, groups }, real, each) => {
    cpSays(state, groups, each, said)
    real.say(each.id, said)
  })
})

const groupCommands: readonly GroupCommand[] = [
  'CREATE_GROUP',
  'CREATE_GROUP',
  'JOIN_GROUP',
  'JOIN_GROUP',
  'JOIN_GROUP',
  'GROUP_MESSAGE',
  'GROUP_MESSAGE',
  'GROUP_MESSAGE',
  'LEAVE_GROUP',
  'KICK',
  'KICK',
  'GET_GROUPS',
]
export const grouping = fc
  .tuple(who, fc.constantFrom(...groupCommands), fc.constantFrom(...groupNames), name, fc.constantFrom(...texts))
  .map(([at, command, group, user, what]) => {
    const more = command === 'KICK' ? user : command === 'GROUP_MESSAGE' ? what : ''
    const may = (each: Connection) => isIn(each) && each.speech === 'helo'
    const mark = command === 'GROUP_MESSAGE' ? '@@' : ''
    const line = command === 'GET_GROUPS' ? command : `${command} ${mark}${group} ${more}`.trimEnd()
    return new Step(line, at, may, ({ state, groups }, real, each) => {
      input(state, each)
      groupCommand(state, groups, each, command, group, more)
      real.say(each.id, line)
    })
  })

export const playing = fc
  .tuple(who, fc.constantFrom('START_GAME_REQ', 'JOIN_GAME_REQ', 'JOIN_GAME_REQ'))
  .map(([at, request]) => {
    return new Step(request, at, isPlayer, ({ state }, real, each) => {
      input(state, each)
      const starts = request === 'START_GAME_REQ'
      if (starts) startGame(state, each)
      else joinGame(state, each)
      real.say(each.id, each.speech === 'parley' ? parleyRequest(starts ? 'game-start' : 'game-join') : request)
    })
  })

const guessOf = (number: number) => `GUESS_NUMBER_REQ ${JSON.stringify({ number })}`
const numbers = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 50 }) }, fc.constantFrom(0, 51, 2.5, -1))
export const guessing = fc.tuple(who, numbers, fc.boolean()).map(([at, number, isClever]) => {
  return new Step(`guesses ${isClever ? 'cleverly' : number}`, at, isPlayer, async ({ state }, real, each) => {
    input(state, each)
    const { game } = state
    const guess = isClever && game ? (game.least + game.most) >> 1 : number
    const isParley = each.speech === 'parley'
    real.say(each.id, isParley ? parleyRequest('game-guess', { number: guess }) : guessOf(guess))
    if (!guessCounts(state, each, guess) || !game) return
    await real.settle()
    const form = isParley ? 'parley' : each.speech === 'json' ? 'document' : 'field'
    const heard = real.peek(each.id)
    const may = possible(game, guess)
    const verdict = may.find((one) => heard.some((line) => isSame(verdicts[one][form], line)))
    assert.ok(verdict, `the guess ${guess} is ${may.join(' or ')}, and the answer was ${heard.join(' ')}`)
    judge(state, game, each, guess, verdict)
  })
})

export const tunnelling = fc
  .tuple(who, fc.constantFrom('TCPAsk', 'TCPAsk', 'declines', 'takes back'), name, fc.constantFrom(7, 7, 8))
  .map(([at, what, other, number]) => {
    // Between two protocols the model knows no tunnels.
    const may = (each: Connection, { state }: Readonly<Model>) => {
      const asked = [...(state.find(other)?.connections ?? [])]
      return isIn(each) && each.speech === 'chatos' && asked.every(({ speech }) => speech !== 'parley')
    }
    return new Step(`${what} ${other} ${number}`, at, may, ({ state }, real, each) => {
      input(state, each)
      const me = each.person!.name
      const [sender, recipient] = what === 'declines' ? [other, me] : [me, other]
      if (what === 'TCPAsk') askForTunnel(state, each, recipient, number)
      else abortTunnel(state, each, sender, recipient, number)
      real.say(each.id, packet(what === 'TCPAsk' ? what : 'TCPAbort', sender, recipient, number))
    })
  })

/** Whole seconds, in which everybody who is alive answers the heartbeat within one. */
export const passing = fc
  .tuple(fc.constantFrom(1, 2, 4, 10, 11, 11, 62, 121), fc.integer({ min: 0, max: 9 }))
  .map(([seconds, alive]) => {
    return new Step(
      `${seconds} s pass, ${alive < 9 ? 'all' : 'none'} answering`,
      0,
      () => true,
      async (model, real) => {
        for (let second = 0; second < seconds; second++) {
          await tick(model, real, 1_000)
          const waiting = alive < 9 ? model.state.openConnections.filter(({ pongDue }) => pongDue !== undefined) : []
          for (const each of waiting) {
            pong(model.state, each)
            real.say(each.id, pongOf(each))
          }
          await real.settle()
        }
      },
    )
  })

export const speakingTooEarly = who.map((at) => {
  return new Step('speaks before signing in', at, isOut, ({ state }, real, each) => {
    broadcast(state, each, 'hello')
    real.say(each.id, each.words.sayAll('dan', 'hello'))
  })
})
