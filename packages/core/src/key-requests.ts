import { hasForm } from './capabilities.ts'
import { Deadlines, earlier } from './deadlines.ts'
import type { Effects } from './effects.ts'
import { tellHolder, type KeyHolder } from './key-holder.ts'
import type { KeyHolders } from './key-holders.ts'
import { MultiMap } from './multi-map.ts'
import { sameName, type ConnectionId, type UserName } from './names.ts'
import { done, fail, type Result } from './result.ts'

/** How long a client may take to give its key. */
const answerMs = 10_000
/** Requests of one connection that wait for an answer at a time. */
const openRequests = 64

interface Request {
  readonly id: number
  readonly asker: ConnectionId
  readonly asked: ConnectionId
  readonly correlationId: string | null
  /** Answered only by an answer to this very request. */
  readonly passedOn: boolean
}

/** To which request a key is the answer, in the words of the one who gives it. */
export interface Answering {
  readonly by: string
  readonly correlationId: string | null
}

export interface SavedRequests {
  readonly requests: readonly Request[]
  readonly passedOn: readonly (readonly [number, number])[]
  readonly awaited: readonly (readonly [ConnectionId, number])[]
}

/**
 * Who waits for whose public key. Several wait for one answer. Who gets none is told so after
 * 10 s.
 */
export class KeyRequests {
  readonly #holders: Pick<KeyHolders, 'get'>
  readonly #requests = new Map<number, Request>()
  readonly #ofAsker = new MultiMap<ConnectionId, Request>()
  readonly #ofAsked = new MultiMap<ConnectionId, Request>()
  /** Requests that were passed on, each with a deadline of its own. */
  readonly #passedOn = new Deadlines<number>(answerMs)
  /** Connections that were asked on behalf of whoever needs their key. */
  readonly #awaited = new Deadlines<ConnectionId>(answerMs)

  constructor(holders: Pick<KeyHolders, 'get'>) {
    this.#holders = holders
  }

  get wakeAt(): number | null {
    return earlier(this.#passedOn.next, this.#awaited.next)
  }

  wake(now: number, out: Effects): void {
    for (const id of this.#passedOn.due(now)) this.#unanswered(id, out)
    for (const connection of this.#awaited.due(now)) this.#neverCame(connection, out)
  }

  /** `id`: one that no other request has. */
  request(
    id: number,
    now: number,
    asker: KeyHolder,
    asked: KeyHolder,
    correlationId: string | null,
    out: Effects,
  ): Result<void, 'no-key' | 'too-many-messages'> {
    // The devices of an account have one key, which the account keeps.
    const passedOn = asker.sealing.protocol === asked.sealing.protocol && !asked.devices
    if (!passedOn && asked.publicKey !== null) {
      if (!hasForm(asker.sealing.keyForm, asked.publicKey)) return fail('no-key')
      tell(asker, asked, asked.publicKey, correlationId, out)
      return done
    }
    if (!passedOn && asked.answer === 'never-came') return fail('no-key')
    const by = asker.id
    if (this.#ofAsker.of(by).size >= openRequests) return fail('too-many-messages')
    this.#open({ id, asker: by, asked: asked.id, correlationId, passedOn })
    if (passedOn) {
      this.#passedOn.set(id, now)
      tellHolder(asked, { kind: 'key-requested', by: asker.name, correlationId }, out)
    } else this.ask(asked, asker.name, now, out)
    return done
  }

  /** Asks for a key that nobody has asked for yet since its user signed in. */
  ask(asked: KeyHolder, by: UserName, now: number, out: Effects): void {
    if (asked.answer !== 'not-asked') return
    asked.answer = 'awaited'
    this.#awaited.set(asked.id, now)
    tellHolder(asked, { kind: 'key-requested', by, correlationId: null }, out)
  }

  /**
   * Everybody who waits for this key has it, but for those whose request was passed on and is not
   * the one answered.
   */
  answered(asked: KeyHolder, key: string, answering: Answering | null, out: Effects): void {
    asked.answer = 'came'
    this.#awaited.delete(asked.id)
    const answered = answering && this.#passedOnRequest(asked, answering)
    for (const request of this.#ofAsked.of(asked.id)) {
      if (request.passedOn && request !== answered) continue
      this.#close(request)
      const asker = this.#holders.get(request.asker)
      if (!asker) continue
      if (hasForm(asker.sealing.keyForm, key)) tell(asker, asked, key, request.correlationId, out)
      else missing(asker, request.correlationId, asked.name, 'no-key', out)
    }
  }

  /** whoever waited for the leaver's key is told, and nothing waits for the leaver. */
  forget({ id, name }: KeyHolder, out: Effects): void {
    this.#awaited.delete(id)
    for (const request of this.#ofAsker.of(id)) this.#close(request)
    for (const request of this.#ofAsked.of(id)) {
      this.#close(request)
      this.#missing(request, name, 'no-such-user', out)
    }
  }

  save(): SavedRequests {
    return {
      requests: [...this.#requests.values()],
      passedOn: this.#passedOn.entries(),
      awaited: this.#awaited.entries(),
    }
  }

  restore({ requests, passedOn, awaited }: SavedRequests): void {
    this.#requests.clear()
    this.#ofAsker.clear()
    this.#ofAsked.clear()
    for (const request of requests) this.#open(request)
    this.#passedOn.restore(passedOn)
    this.#awaited.restore(awaited)
  }

  #unanswered(id: number, out: Effects): void {
    const request = this.#requests.get(id)
    const asked = request && this.#holders.get(request.asked)
    if (!request || !asked) return
    this.#close(request)
    if (asked.publicKey === null) asked.answer = 'never-came'
    this.#missing(request, asked.name, 'no-key', out)
  }

  #neverCame(connection: ConnectionId, out: Effects): void {
    const asked = this.#holders.get(connection)
    if (!asked) return
    asked.answer = 'never-came'
    for (const request of this.#ofAsked.of(connection)) {
      if (request.passedOn) continue
      this.#close(request)
      this.#missing(request, asked.name, 'no-key', out)
    }
  }

  /** The oldest one that this answers: a request of that name with that correlation id. */
  #passedOnRequest(asked: KeyHolder, { by, correlationId }: Answering): Request | undefined {
    for (const request of this.#ofAsked.of(asked.id)) {
      if (!request.passedOn || request.correlationId !== correlationId) continue
      const asker = this.#holders.get(request.asker)
      if (asker && sameName(asker.name, by)) return request
    }
    return undefined
  }

  #missing({ asker: id, correlationId }: Request, user: UserName, why: 'no-such-user' | 'no-key', out: Effects): void {
    const asker = this.#holders.get(id)
    if (asker) missing(asker, correlationId, user, why, out)
  }

  #open(request: Request): void {
    this.#requests.set(request.id, request)
    this.#ofAsker.add(request.asker, request)
    this.#ofAsked.add(request.asked, request)
  }

  #close(request: Request): void {
    this.#requests.delete(request.id)
    this.#ofAsker.delete(request.asker, request)
    this.#ofAsked.delete(request.asked, request)
    this.#passedOn.delete(request.id)
  }
}

function tell(asker: KeyHolder, asked: KeyHolder, key: string, correlationId: string | null, out: Effects): void {
  const { name: to } = asker
  tellHolder(asker, { kind: 'public-key', to, user: asked.name, key, correlationId }, out)
}

function missing(
  asker: KeyHolder,
  correlationId: string | null,
  user: UserName,
  why: 'no-such-user' | 'no-key',
  out: Effects,
): void {
  tellHolder(asker, { kind: 'key-missing', user, correlationId, why }, out)
}
