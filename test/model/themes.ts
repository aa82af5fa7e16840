import type fc from 'fast-check'
import {
  acknowledging,
  groupingByParley,
  listingConversations,
  marking,
  readingHistory,
  takingBack,
} from './parley-steps.ts'
import type { RealCommunity } from './real.ts'
import { accounts } from './accounts.ts'
import { Arrival, compare, type Model, type Origin } from './step.ts'
import {
  arrival,
  connecting,
  grouping,
  guessing,
  leaving,
  listing,
  names,
  nonsense,
  passing,
  passwordFor,
  playing,
  ponging,
  receiving,
  signingIn,
  speaking,
  speakingTooEarly,
  telling,
  tunnelling,
} from './steps.ts'
import { speakingAtOnce, writingAtOnce } from './steps-at-once.ts'
import { leave } from './users.ts'
import type { Speech } from './words.ts'

type Steps = fc.Arbitrary<fc.AsyncCommand<Model, RealCommunity>>

function often(times: number, ...what: readonly Steps[]): readonly Steps[] {
  return Array.from({ length: times }, () => what).flat()
}

const anything: readonly Steps[] = [
  ...often(3, arrival, telling),
  ...often(2, speaking, leaving, passing),
  ...often(
    1,
    connecting,
    signingIn,
    listing,
    nonsense,
    ponging,
    speakingTooEarly,
    receiving,
    grouping,
    playing,
    tunnelling,
    speakingAtOnce,
    writingAtOnce,
    groupingByParley,
    readingHistory,
    marking,
    acknowledging,
    takingBack,
    listingConversations,
  ),
]

/** What a run is mostly about, and who is there when it begins. */
export interface Theme {
  readonly about: string
  readonly cast: readonly (readonly [speech: Speech, name: string])[]
  readonly steps: Steps[]
}

export const themes: readonly Theme[] = [
  { about: 'whoever comes', cast: [], steps: [...anything, ...often(4, arrival)] },
  {
    about: 'talk across the protocols',
    cast: [
      ...(['ident', 'helo', 'json'] as const).map((speech, at) => [speech, names[at]!] as const),
      ...(['json-field', 'chatos', 'ident'] as const).map((speech, at) => [speech, names[at + 3]!] as const),
    ],
    steps: [...anything, ...often(5, telling, speaking)],
  },
  {
    about: 'mailboxes and cp',
    cast: [
      ...(['Ann', 'bob', 'Cleo', 'Ann'] as const).map((user) => ['cp', user] as const),
      ...([
        ['ident', 'Ann'],
        ['helo', 'dan'],
      ] as const),
    ],
    steps: [...anything, ...often(8, receiving), ...often(5, telling)],
  },
  {
    about: 'the game',
    cast: (['json', 'json', 'json-field', 'json-field', 'ident'] as const).map(
      (speech, at) => [speech, names[at]!] as const,
    ),
    steps: [...anything, ...often(8, playing, guessing, guessing), ...often(6, passing)],
  },
  {
    about: 'requests for tunnels',
    cast: ['dan', 'Eve_5', 'fay1'].map((user) => ['chatos', user] as const),
    steps: [...anything, ...often(20, tunnelling)],
  },
  {
    about: 'groups',
    cast: ['Ann', 'bob', 'dan', 'Eve_5', 'fay1'].map((user) => ['helo', user] as const),
    steps: [...anything, ...often(16, grouping)],
  },
  {
    about: 'history, devices and read marks',
    cast: [
      ...(['Ann', 'Ann', 'bob', 'Cleo', 'dan', 'Eve_5'] as const).map((user) => ['parley', user] as const),
      ...([['ident', 'Ann']] as const),
    ],
    steps: [
      ...anything,
      ...often(6, arrival, leaving),
      ...often(5, telling, speaking),
      ...often(4, readingHistory, marking, acknowledging, takingBack, listingConversations),
    ],
  },
  {
    about: 'groups across helo and parley',
    cast: [
      ...(['Ann', 'bob', 'dan'] as const).map((user) => ['parley', user] as const),
      ...(['Cleo', 'Eve_5', 'Ann'] as const).map((user) => ['helo', user] as const),
    ],
    steps: [...anything, ...often(10, grouping, groupingByParley), ...often(4, readingHistory, listingConversations)],
  },
]

const origins: readonly Origin[] = ['alone', 'shared', 'shared', 'loopback']

/** The people of a theme, before anything else happens. */
export async function assemble(cast: Theme['cast'], model: Model, real: RealCommunity): Promise<void> {
  for (const [at, [speech, user]] of cast.entries()) {
    const origin = origins[at % origins.length]!
    await new Arrival(speech, user, passwordFor(user, 'right'), origin).run(model, real)
  }
}

/** In the end everybody leaves, and each account's holder finds in history and in the mailbox what the model
 * has there. */
export async function lookIntoMailboxes(model: Model, real: RealCommunity): Promise<void> {
  for (const each of model.state.openConnections) {
    leave(model.state, model.groups, each, 'resets')
    real.leave(each.id, 'resets')
    // Whoever leaves next still hears of it.
    await real.settle()
  }
  compare(model, real)
  for (const { name, password } of accounts.values()) {
    await new Arrival('parley', name, password, 'alone', 'first').run(model, real)
    await new Arrival('helo', name, password, 'alone').run(model, real)
  }
}
