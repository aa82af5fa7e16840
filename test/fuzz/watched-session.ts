import type { ConnectionId } from '@parley/core'
import type { Dialect, Session, SessionContext } from '@parley/protocols'

/** What a connection does to its session, for a bug that is planted there. */
export type SpoilSession = (session: Session<unknown>) => Partial<Session<unknown>>

/** Holds the promises that a connection makes to its session against what it does. */
export class SessionWatch {
  readonly #sessions = new Map<ConnectionId, WatchedSession>()
  readonly #report: (wrong: string) => void
  readonly #spoil: SpoilSession

  constructor(report: (wrong: string) => void, spoil: SpoilSession = () => ({})) {
    this.#report = report
    this.#spoil = spoil
  }

  dialect(name: string, dialect: Dialect<unknown, unknown>): Dialect<unknown, unknown> {
    return {
      ...dialect,
      session: (context) => {
        const session = new WatchedSession(`${name} ${context.id}`, this.#report)
        this.#sessions.set(context.id, session)
        const sound = dialect.session(this.#context(session, context))
        const watched = session.watch(sound)
        return { ...watched, ...this.#spoil(watched) }
      },
    }
  }

  find(id: ConnectionId): WatchedSession | undefined {
    return this.#sessions.get(id)
  }

  /** A session that is handling a frame, in words. */
  busy(): string | undefined {
    return Array.from(this.#sessions.values()).find((session) => session.isBusy && !session.isDetached)?.name
  }

  /** The same context, with an eye on what the session is told. */
  #context(session: WatchedSession, context: SessionContext<unknown>): SessionContext<unknown> {
    const watched: Partial<SessionContext<unknown>> = {
      submit: (command, told) => context.submit(command, session.once(`told of ${command.do}`, told)),
      signIn: (how, told) => context.signIn(how, session.once('told of a sign-in', told)),
      detach: () => {
        session.isDetached = true
        return context.detach()
      },
      openTransferListener: (dialect, allowed) =>
        context.openTransferListener(this.dialect('a transfer listener', dialect), allowed),
    }
    return new Proxy(context, {
      get(target, name) {
        const value: unknown = Reflect.get(name in watched ? watched : target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
}

class WatchedSession {
  readonly name: string
  isBusy = false
  /** Taken out of its protocol: what is written since is anybody's bytes. */
  isDetached = false
  #state: 'new' | 'open' | 'closed' = 'new'
  readonly #report: (wrong: string) => void

  constructor(name: string, report: (wrong: string) => void) {
    this.name = name
    this.#report = report
  }

  watch(sound: Session<unknown>): Session<unknown> {
    const overhear = sound.overhear && {
      overhear: (bytes: Uint8Array) => {
        this.#expect(this.#state === 'open', 'overhears while it is not open')
        sound.overhear?.(bytes)
      },
    }
    return {
      ...overhear,
      opened: () => {
        this.#expect(this.#state === 'new', 'opened twice')
        this.#state = 'open'
        sound.opened()
      },
      received: (item) => {
        this.#expect(this.#state === 'open' && !this.isDetached, 'receives while it is not open')
        this.#expect(!this.isBusy, 'entered twice')
        this.isBusy = true
        let pending: void | Promise<void> = undefined
        try {
          pending = sound.received(item)
        } finally {
          this.isBusy = pending !== undefined
        }
        return pending?.finally(() => (this.isBusy = false))
      },
      hear: (event, stamp) => {
        this.#expect(this.#state === 'open', `hears ${event.kind} while it is not open`)
        sound.hear(event, stamp)
      },
      farewell: (reason) => {
        this.#expect(this.#state === 'open' && !this.isBusy, 'says farewell in the middle of something')
        sound.farewell(reason)
      },
      closed: () => {
        this.#expect(this.#state === 'open', 'closed twice')
        this.#expect(!this.isBusy, 'closed in the middle of something')
        this.#state = 'closed'
        sound.closed()
      },
    }
  }

  once<T extends readonly unknown[]>(what: string, told: (...given: T) => void): (...given: T) => void {
    let times = 0
    return (...given) => {
      this.#expect(++times === 1, `${what} twice`)
      this.#expect(this.#state === 'open', `${what} while it is not open`)
      told(...given)
    }
  }

  #expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.#report(`a session is ${otherwise}: ${this.name}`)
  }
}
