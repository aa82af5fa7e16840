import fc from 'fast-check'
import { groupCommand, type GroupCommand } from './groups.ts'
import { conversations, history, read, received, takeBack } from './history.ts'
import { request } from './parley-words.ts'
import type { RealCommunity } from './real.ts'
import type { Connection } from './state.ts'
import { Step, type Model } from './step.ts'
import { groupNames, isIn, name, texts, who } from './steps.ts'
import { input } from './users.ts'

const isHere = (each: Connection) => isIn(each) && each.speech === 'parley'
const hasHeard = (each: Connection) => isHere(each) && each.places.length > 0

const conversation = fc.oneof(
  fc.constant('*'),
  fc.constantFrom(...groupNames).map((group) => `#${group}`),
  name.map((user) => `@${user}`),
)

export const readingHistory = fc.tuple(who, conversation).map(([at, of]) => {
  return new Step(`reads the history of ${of}`, at, isHere, ({ state }, real, each) => {
    input(state, each)
    history(state, each, of)
    real.say(each.id, request('history', { of, limit: 200 }))
  })
})

export const listingConversations = who.map((at) => {
  return new Step('lists conversations', at, isHere, ({ state }, real, each) => {
    input(state, each)
    conversations(state, each)
    real.say(each.id, request('conversations'))
  })
})

type Refer = (model: Model, real: RealCommunity, each: Connection, place: number) => void

/** Something about a place that the connection has heard of, the last ones most often. */
function about(text: string, at: number, back: number, run: Refer): Step {
  return new Step(text, at, hasHeard, (model, real, each) => {
    const { places } = each
    input(model.state, each)
    run(model, real, each, places[Math.max(0, places.length - 1 - back)]!)
  })
}

const back = fc.nat({ max: 5 })

export const marking = fc.tuple(who, conversation, back).map(([at, of, before]) => {
  return about(`has read ${of}`, at, before, ({ state }, real, each, place) => {
    read(state, each, of, place)
    real.say(each.id, request('read', { of, seq: real.places.numberOf(place) }))
  })
})

export const acknowledging = fc.tuple(who, back).map(([at, before]) => {
  return about('has received', at, before, ({ state }, real, each, place) => {
    received(state, each, place)
    real.say(each.id, request('received', { seq: real.places.numberOf(place) }))
  })
})

export const takingBack = fc.tuple(who, back).map(([at, before]) => {
  return about('takes back', at, before, ({ state }, real, each, place) => {
    takeBack(state, each, place)
    real.say(each.id, request('delete', { seq: real.places.numberOf(place) }))
  })
})

const commands: { readonly [command in GroupCommand]: string } = {
  CREATE_GROUP: 'group-create',
  JOIN_GROUP: 'group-join',
  LEAVE_GROUP: 'group-leave',
  KICK: 'group-kick',
  HAND_ON: 'group-hand-on',
  GROUP_MESSAGE: 'say',
  GET_GROUPS: 'groups',
}
const said: readonly GroupCommand[] = [
  ...(['CREATE_GROUP', 'CREATE_GROUP', 'JOIN_GROUP', 'JOIN_GROUP', 'JOIN_GROUP', 'LEAVE_GROUP', 'KICK'] as const),
  ...(['HAND_ON', 'GROUP_MESSAGE', 'GROUP_MESSAGE', 'GROUP_MESSAGE', 'GET_GROUPS'] as const),
]

export const groupingByParley = fc
  .tuple(who, fc.constantFrom(...said), fc.constantFrom(...groupNames), name, fc.constantFrom(...texts))
  .map(([at, command, group, user, text]) => {
    const line = request(commands[command], {
      ...(command === 'GROUP_MESSAGE' && { to: `#${group}`, text }),
      ...(command !== 'GROUP_MESSAGE' && command !== 'GET_GROUPS' && { group }),
      ...((command === 'KICK' || command === 'HAND_ON') && { user }),
    })
    return new Step(line, at, isHere, ({ state, groups }, real, each) => {
      input(state, each)
      groupCommand(state, groups, each, command, group, command === 'GROUP_MESSAGE' ? text : user)
      real.say(each.id, line)
    })
  })
