import {
  sameName,
  type Cancel,
  type Clock,
  type Command,
  type Community,
  type Hook,
  type HookEvent,
  type KeptMessage,
  type Log,
  type NameKey,
  type Reader,
  type Stamp,
  type Store,
  type Told as ToldOf,
} from '@parley/core'
import type { Logger } from '../logger.ts'
import type { Call, Called } from './call-url.ts'
import { sign } from './hook-secrets.ts'

/** Messages that are read from history at a time. */
const perPage = 64
/** Messages that are not kept, and that wait for the one before them. The oldest go first. */
const mostUnkept = 256
/** Until the next try, doubled each time. */
const firstRetryMs = 1_000
const longestRetryMs = 300_000
/** How long one call may take. */
const timeoutMs = 10_000

export interface HookCallerParts {
  readonly community: Community
  readonly store: Pick<Store, 'since'>
  readonly submit: Log['submit']
  readonly clock: Clock
  readonly logger: Logger
  /** Of several nodes one calls. */
  isCaller(): boolean
  call(call: Call, signal: AbortSignal): Promise<Called>
}

export type Heard = Extract<HookEvent, { kind: 'hook-heard' }>

/** What a call tells, in the words of `parley`. */
type Telling =
  | ({ readonly event: 'message'; readonly text: string } & Told)
  | ({ readonly event: 'message-deleted'; readonly target: number } & Told)

interface Told extends Stamp {
  readonly from: string
  readonly to: string
}

/**
 * Calls one hook for all that it hears, one call after the other, in the order of what was said.
 * What is kept is read from history behind what was delivered last, so a restart loses nothing and
 * nothing has to wait in memory. A call that fails is repeated until it goes well, or until the
 * community switches the hook off.
 */
export class HookCaller {
  readonly #id: number
  readonly #parts: HookCallerParts
  /** Everything up to this number was delivered. */
  #after: number
  /** The same as the community knows it. */
  #noted: number
  #isFailing: boolean
  #unkept: Telling[] = []
  #isDropping = false
  #isWoken = false
  #running: Promise<void> | null = null
  #isStopped = false
  #interrupt: () => void = () => {}

  constructor({ id, calls }: Hook, parts: HookCallerParts) {
    this.#id = id
    this.#parts = parts
    this.#after = this.#noted = calls?.delivered ?? 0
    this.#isFailing = typeof calls?.failingSince === 'number'
  }

  hear(heard: Heard, { seq, at }: Stamp): void {
    const { from, to, text, kept } = heard
    if (!kept && text !== null) this.#unkept.push({ event: 'message', seq, at, from, to, text })
    if (this.#unkept.length > mostUnkept) this.#drop()
    this.wake()
  }

  /** There may be something to tell. */
  wake(): void {
    this.#isWoken = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      // Somebody may have said something since the last look.
      if (this.#isWoken && !this.#isStopped && this.#called) this.wake()
    })
  }

  /** Breaks off what is under way. It will be told again. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#interrupt()
    await this.#running
    this.#note()
  }

  async #run(): Promise<void> {
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false
      const hook = this.#called
      if (!hook) return
      const read = await this.#parts.store.since(readerOf(hook), this.#after, perPage)
      if (!read.ok) {
        this.#isWoken = true
        await this.#pause(firstRetryMs)
        continue
      }
      const { messages, upTo, complete, lost } = read.value
      if (lost.length > 0) this.#parts.logger.warn({ hook: hook.name }, 'a hook has missed what is kept no more')
      const kept = messages.filter(({ from }) => !sameName(from, hook.name)).flatMap(tellingOf)
      if (!(await this.#tellAll([...kept, ...this.#takeUnkept(hook)], upTo))) return
      this.#after = Math.max(this.#after, upTo)
      if (kept.length > 0) this.#note()
      if (!complete) this.#isWoken = true
    }
  }

  /** The hook, where it is still called. */
  get #called(): Hook | undefined {
    const hook = this.#parts.community.hooks.byId(this.#id)
    return hook?.calls && !hook.calls.isOff ? hook : undefined
  }

  #takeUnkept({ name }: Hook): readonly Telling[] {
    const taken = this.#unkept
    this.#unkept = []
    return taken.filter(({ from }) => !sameName(from, name))
  }

  #drop(): void {
    this.#unkept.shift()
    if (!this.#isDropping) this.#parts.logger.warn({ hook: this.#called?.name }, 'a hook misses what is not kept')
    this.#isDropping = true
  }

  /** False: it was stopped, or is called no more. */
  async #tellAll(tellings: readonly Telling[], upTo: number): Promise<boolean> {
    for (const telling of [...tellings].sort((one, other) => one.seq - other.seq)) {
      if (!(await this.#tell(telling))) return false
      this.#isDropping = false
      // What is kept behind it has not been read.
      this.#after = Math.max(this.#after, Math.min(telling.seq, upTo))
    }
    return true
  }

  async #tell(telling: Telling): Promise<boolean> {
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
      const hook = this.#called
      if (!hook?.calls || this.#isStopped) return false
      const called = await this.#call(hook.calls, telling)
      if (this.#isStopped) return called.ok
      if (called.ok) {
        if (this.#isFailing) this.#recovered(hook)
        return true
      }
      if (!(await this.#failed(hook, called.problem))) return false
      await this.#pause(retryMs)
    }
  }

  async #call({ url, secret }: NonNullable<Hook['calls']>, telling: Telling): Promise<Called> {
    const { clock, call } = this.#parts
    const body = JSON.stringify(telling)
    const headers = sign(secret, `parley-${this.#id}-${telling.seq}`, clock.now(), body)
    const breaking = new AbortController()
    this.#interrupt = () => breaking.abort()
    const cancel = clock.after(timeoutMs, () => breaking.abort())
    const called = await call({ url, headers: { ...headers }, body }, breaking.signal)
    cancel()
    return called
  }

  #recovered({ name }: Hook): void {
    this.#isFailing = false
    this.#parts.logger.info({ hook: name }, 'a hook can be called again')
    void this.#submit({ do: 'hook.delivered', hook: this.#id, upTo: this.#after })
  }

  /** False: it is called no more. */
  async #failed({ name }: Hook, problem: string): Promise<boolean> {
    const { logger } = this.#parts
    if (!this.#isFailing) {
      logger.warn({ hook: name, problem }, 'a hook cannot be called; it is tried again')
      this.#note()
    }
    this.#isFailing = true
    const failed = await this.#submit({ do: 'hook.failed', hook: this.#id })
    if (!failed.ok) return failed.fail === 'unavailable'
    const { off } = failed.value
    if (off) logger.error({ hook: name, problem }, 'a hook could not be called for a day and is switched off')
    return !off
  }

  /** Has it remembered how far this has come. */
  #note(): void {
    if (this.#after === this.#noted || !this.#called) return
    this.#noted = this.#after
    void this.#submit({ do: 'hook.delivered', hook: this.#id, upTo: this.#after })
  }

  #submit<C extends Command>(command: C): Promise<ToldOf<C>> {
    return new Promise((resolve) => void this.#parts.submit(command, resolve))
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopped) return
    let cancel: Cancel = () => {}
    await new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(ms, resolve)
      this.#interrupt = resolve
    })
    cancel()
  }
}

/** It reads everybody's and the groups that it hears, since it was added, and is nobody's party. */
function readerOf({ id, name, calls }: Hook): Reader {
  const of = calls?.of ?? []
  const groups = of.filter((each) => each.startsWith('#'))
  return {
    name: name.toLowerCase() as NameKey,
    registered: false,
    since: id,
    everyone: of.some((each) => each === '*'),
    joined: groups.map((each) => ({ group: each.slice(1) as NameKey, since: id })),
  }
}

function tellingOf({ seq, at, from, to, kind, text, target }: KeptMessage): readonly Telling[] {
  if (kind === 'text') return [{ event: 'message', seq, at, from, to, text }]
  if (target !== null) return [{ event: 'message-deleted', seq, at, from, to, target }]
  return []
}
