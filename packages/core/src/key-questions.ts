import type { Sealing, WantFailure } from './keys.ts'
import { sameName, type UserName } from './names.ts'
import type { Cancel, Clock } from './ports/clock.ts'
import { done, fail, type Result } from './result.ts'
import type { TokenBucket } from './token-bucket.ts'
import type { Presence } from './users.ts'

/** How long a client may take to give its key. */
const answerMs = 10_000
/** Questions of one connection that wait for an answer at a time: questions do not count against the rate. */
const openQuestions = 64

interface Question {
  readonly asker: KeyHolder
  readonly asked: KeyHolder
  readonly stamp: string | null
  /** Answered only by an answer to this very question. */
  readonly passedOn: boolean
  stopWaiting: Cancel
}

/** A connection that takes part in sealed messages, and all that is remembered of it. */
export interface KeyHolder {
  readonly presence: Presence
  readonly sealing: Sealing
  publicKey: string | null
  /** It is asked once per sign-in, on behalf of the first who needs its key. */
  answer: 'not-asked' | 'awaited' | 'never-came' | 'came'
  stopWaiting: Cancel
  /** About its key. */
  readonly questions: Set<Question>
  /** Its own, about the keys of others. */
  readonly asking: Set<Question>
  readonly sessions: Map<KeyHolder, KeySession>
  /** Public keys that are not the one before: each goes to everybody who holds all of them. */
  readonly keyChanges: TokenBucket
  /** Session keys ahead of a message, which no message's rate limits. */
  readonly handOvers: TokenBucket
}

/** Of two users, the same object for both. */
export interface KeySession {
  /** The one that was handed over last. */
  sessionKey: string
  readonly handedOverBy: Set<KeyHolder>
}

/** Who waits for whose public key. Several wait for one answer; whom nobody answers is told so after 10 s. */
export class KeyQuestions {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  want(asker: KeyHolder, asked: KeyHolder, stamp: string | null): Result<void, WantFailure> {
    const passedOn = asker.sealing.kin === asked.sealing.kin
    if (!passedOn && asked.publicKey !== null) {
      if (!asker.sealing.carries('key', asked.publicKey)) return fail('no-key')
      tell(asker, asked, asked.publicKey, stamp)
      return done
    }
    if (!passedOn && asked.answer === 'never-came') return fail('no-key')
    if (asker.asking.size >= openQuestions) return fail('too-many-messages')
    const question: Question = { asker, asked, stamp, passedOn, stopWaiting: () => {} }
    asker.asking.add(question)
    asked.questions.add(question)
    if (passedOn) this.#passOn(question)
    else this.ask(asked, asker.presence.name)
    return done
  }

  /** Asks for a key that nobody has asked for yet since its user signed in. */
  ask(asked: KeyHolder, by: UserName): void {
    if (asked.answer !== 'not-asked') return
    asked.answer = 'awaited'
    asked.stopWaiting = this.#clock.after(answerMs, () => this.#neverCame(asked))
    asked.sealing.hear({ kind: 'key-wanted', by, stamp: null })
  }

  /** Everybody who waits for this key has it, but for those whose question was passed on and is not the one answered. */
  answered(
    asked: KeyHolder,
    key: string,
    answering: { readonly by: string; readonly stamp: string | null } | null,
  ): void {
    asked.answer = 'came'
    asked.stopWaiting()
    const passedOn = answering && passedOnQuestion(asked, answering.by, answering.stamp)
    for (const question of asked.questions) {
      if (question.passedOn && question !== passedOn) continue
      close(question)
      const { asker, stamp } = question
      if (asker.sealing.carries('key', key)) tell(asker, asked, key, stamp)
      else missing(question, 'no-key')
    }
  }

  /** whoever waited for the leaver's key is told, and nothing waits for the leaver. */
  forget(leaver: KeyHolder): void {
    leaver.stopWaiting()
    for (const question of leaver.asking) close(question)
    for (const question of leaver.questions) {
      close(question)
      missing(question, 'no-such-user')
    }
  }

  #passOn(question: Question): void {
    const { asker, asked, stamp } = question
    question.stopWaiting = this.#clock.after(answerMs, () => {
      close(question)
      if (asked.publicKey === null) asked.answer = 'never-came'
      missing(question, 'no-key')
    })
    asked.sealing.hear({ kind: 'key-wanted', by: asker.presence.name, stamp })
  }

  #neverCame(asked: KeyHolder): void {
    asked.answer = 'never-came'
    for (const question of asked.questions) {
      if (question.passedOn) continue
      close(question)
      missing(question, 'no-key')
    }
  }
}

/** The oldest one that this answers: a question of that name with that stamp. */
function passedOnQuestion(asked: KeyHolder, by: string, stamp: string | null): Question | undefined {
  for (const question of asked.questions) {
    const { name } = question.asker.presence
    if (question.passedOn && question.stamp === stamp && sameName(name, by)) return question
  }
  return undefined
}

function close(question: Question): void {
  question.stopWaiting()
  question.asker.asking.delete(question)
  question.asked.questions.delete(question)
}

function tell({ presence, sealing }: KeyHolder, owner: KeyHolder, key: string, stamp: string | null): void {
  sealing.hear({ kind: 'key-known', to: presence.name, user: owner.presence.name, key, stamp })
}

function missing({ asker, asked, stamp }: Question, why: 'no-such-user' | 'no-key'): void {
  asker.sealing.hear({ kind: 'key-missing', user: asked.presence.name, stamp, why })
}
