import type { Result, Verdict } from '@parley/core'
import type { SubmitFailure } from '../protocol.ts'
import type { Body } from './body.ts'
import type { JsonMessage } from './codec.ts'
import { notTaken, refuse, tooManyMessages } from './replies.ts'

/** `no-whole-number`: what was guessed is none. */
type GuessFailure = 'no-whole-number' | SubmitFailure<'game.guess'>
/** Whether what was guessed is right, or why it was not taken. */
export type GuessAnswer = Result<Verdict, GuessFailure>

const gameStarted = 6003
const joinedAlready = 6004
const noGame = 6005
const noGuessNow = 7003

export const startGameCodes = {
  'game-on': gameStarted,
  'too-many-messages': tooManyMessages,
  muted: tooManyMessages,
  unavailable: notTaken,
} satisfies Record<SubmitFailure<'game.start'>, number>

export const joinGameCodes = {
  'no-game': noGame,
  'joined-already': joinedAlready,
  'game-running': gameStarted,
  unavailable: notTaken,
} satisfies Record<SubmitFailure<'game.join'>, number>

const guessCodes = {
  'no-game': noGame,
  'still-joining': noGuessNow,
  'never-announced': 7002,
  'not-a-player': 8001,
  'right-already': noGuessNow,
  'no-whole-number': 7004,
  'out-of-range': 7007,
  unavailable: notTaken,
} satisfies Record<GuessFailure, number>

const documentVerdicts = {
  'too-low': { status: 'ERROR', code: 7005, result: -1, message: 'Your guess is too low.' },
  'too-high': { status: 'ERROR', code: 7006, result: 1, message: 'Your guess is too high.' },
  right: { status: 'OK', result: 0, message: 'Congratulations! Your guess is correct!' },
} satisfies Record<Verdict, Body>

const fieldVerdicts = {
  'too-low': { status: 'TOO_LOW', result: -1, code: 0 },
  'too-high': { status: 'TOO_HIGH', result: 1, code: 0 },
  right: { status: 'CORRECT', result: 0, code: 0 },
} satisfies Record<Verdict, Body>

const fieldOutOfRange: Body = { status: 'OUT_OF_RANGE', result: 0, code: 0 }

export function documentGuessAnswer(answer: GuessAnswer): JsonMessage {
  return answer.ok ? guessAnswer(documentVerdicts[answer.value]) : refuse('GUESS_NUMBER_RESP', guessCodes[answer.fail])
}

/**
 * What a guess is in number has a status of its own there; other refusals are the document's
 * (J-13).
 */
export function fieldGuessAnswer(answer: GuessAnswer): JsonMessage {
  if (answer.ok) return guessAnswer(fieldVerdicts[answer.value])
  return answer.fail === 'out-of-range' ? guessAnswer(fieldOutOfRange) : documentGuessAnswer(answer)
}

function guessAnswer(body: Body): JsonMessage {
  return { header: 'GUESS_NUMBER_RESP', body }
}
