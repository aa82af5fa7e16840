import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { UserName } from './names.ts'
import { done, fail, type Result } from './result.ts'
import {
  auditedAtMost,
  sanctionsAtMost,
  type AuditEntry,
  type Level,
  type SavedModeration,
  type SlowRate,
} from './moderation-state.ts'
import { isInForce, Sanctions, type Measure, type Sanction, type Subject, type Suspect } from './sanctions.ts'
import type { Text } from './text.ts'

interface ByOperator {
  /** Who asks, as the system calls them. */
  readonly by: string
}

/** From operators alone: no session submits these. */
export type ModerationCommand =
  /** `seconds`: from now; null: for good. In place of the one that the subject has. */
  | ({
      readonly do: 'sanction.put'
      readonly measure: Measure
      readonly subject: Subject
      readonly reason: string
      readonly seconds: number | null
    } & ByOperator)
  | ({ readonly do: 'sanction.remove'; readonly measure: Measure; readonly subject: Subject } & ByOperator)
  | ({ readonly do: 'user.kick'; readonly name: UserName; readonly reason: string } & ByOperator)
  | ({ readonly do: 'level.set'; readonly level: Level } & ByOperator)
  | ({ readonly do: 'slow.set'; readonly rate: SlowRate | null } & ByOperator)
  | ({ readonly do: 'announce'; readonly text: Text } & ByOperator)
  /** The server does it, and this is its trace. */
  | ({ readonly do: 'audit.note'; readonly action: 'shutdown' } & ByOperator)
type Command<D> = Extract<ModerationCommand, { do: D }>

export interface ModerationResults {
  'sanction.put': Result<void, 'too-many-sanctions' | 'unavailable'>
  'sanction.remove': Result<void, 'no-such-sanction' | 'unavailable'>
  'user.kick': Result<void, 'no-such-user' | 'unavailable'>
  'level.set': Result<void, 'unavailable'>
  'slow.set': Result<void, 'unavailable'>
  announce: Result<void, 'unavailable'>
  'audit.note': Result<void, 'unavailable'>
}

/**
 * The commands that others hear the words of. Whoever may not speak fails with `muted`.
 */
const speaking: ReadonlySet<string> = new Set<SpeakingCommand>([
  'broadcast',
  'tell',
  'group.create',
  'group.seal',
  'group.say',
  'sealed.send',
  'game.start',
  'file.offer',
  'tunnel.ask',
])
type SpeakingCommand =
  | 'broadcast'
  | 'tell'
  | 'group.create'
  | 'group.seal'
  | 'group.say'
  | 'sealed.send'
  | 'game.start'
  | 'file.offer'
  | 'tunnel.ask'

/** Who may be here and who may speak, as operators decided, and what they did. Durable. */
export class Moderation {
  readonly #bans = new Sanctions()
  readonly #mutes = new Sanctions()
  #level: Level = 'open'
  #slow: SlowRate | null = null
  #audit: AuditEntry[] = []

  get level(): Level {
    return this.#level
  }

  get slow(): SlowRate | null {
    return this.#slow
  }

  /** The newest last. */
  get audit(): readonly AuditEntry[] {
    return this.#audit
  }

  /** Those in force at a time of the log. */
  sanctions(now: number): readonly Sanction[] {
    return [...this.#bans.list(), ...this.#mutes.list()].filter((each) => isInForce(each, now))
  }

  isBanned(suspect: Suspect, now: number): boolean {
    return this.#bans.applyTo(suspect, now)
  }

  /** Why nobody like this may come; null: they may. */
  refuses(suspect: Suspect, now: number): 'banned' | 'no-guests' | null {
    if (this.#bans.applyTo(suspect, now)) return 'banned'
    return this.#level === 'no-guests' && !suspect.registered ? 'no-guests' : null
  }

  /** Whether a command may not be looked at, since nobody here is to hear it. */
  silences(command: string): boolean {
    return (this.#mutes.size > 0 || this.#level !== 'open') && speaking.has(command)
  }

  isSilent(suspect: Suspect, now: number): boolean {
    return (this.#level !== 'open' && !suspect.registered) || this.#mutes.applyTo(suspect, now)
  }

  put(entry: Entry<Command<'sanction.put'>>, out: Effects): ModerationResults['sanction.put'] {
    const { at, writable, command } = entry
    const { measure, subject, reason, seconds, by } = command
    if (!writable) return fail('unavailable')
    const list = this.#of(measure)
    for (const over of list.expired(at)) this.#forget(measure, over, out)
    if (!list.has(subject) && list.size >= sanctionsAtMost) return fail('too-many-sanctions')
    const sanction = { measure, subject, reason, until: seconds === null ? null : at + seconds * 1_000, by, at }
    list.put(sanction)
    out.write({ write: 'sanction.put', sanction })
    const time = seconds === null ? 'for good' : `${seconds} s`
    return this.#note(entry, measure, inWords(subject), reason === '' ? time : `${time}: ${reason}`, out)
  }

  remove(entry: Entry<Command<'sanction.remove'>>, out: Effects): ModerationResults['sanction.remove'] {
    const { measure, subject } = entry.command
    if (!entry.writable) return fail('unavailable')
    if (!this.#of(measure).has(subject)) return fail('no-such-sanction')
    this.#forget(measure, subject, out)
    return this.#note(entry, `un${measure}`, inWords(subject), '', out)
  }

  kicked(entry: Entry<Command<'user.kick'>>, out: Effects): Result<void, never> {
    const { name, reason } = entry.command
    return this.#note(entry, 'kick', name, reason, out)
  }

  setLevel(entry: Entry<Command<'level.set'>>, out: Effects): ModerationResults['level.set'] {
    if (!entry.writable) return fail('unavailable')
    this.#level = entry.command.level
    this.#writeRules(out)
    return this.#note(entry, 'level', '', this.#level, out)
  }

  setSlow(entry: Entry<Command<'slow.set'>>, out: Effects): ModerationResults['slow.set'] {
    if (!entry.writable) return fail('unavailable')
    this.#slow = entry.command.rate
    this.#writeRules(out)
    return this.#note(entry, 'slow', '', this.#slow ? `${this.#slow.messages} in ${this.#slow.seconds} s` : 'off', out)
  }

  /** Everybody hears it from a name that nobody can have. */
  announce(entry: Entry<Command<'announce'>>, out: Effects): ModerationResults['announce'] {
    const { text } = entry.command
    if (!entry.writable) return fail('unavailable')
    out.everyone({ kind: 'broadcast', from: serverName, text, kept: false, nonce: null })
    return this.#note(entry, 'broadcast', '', '', out)
  }

  note(entry: Entry<Command<'audit.note'>>, out: Effects): ModerationResults['audit.note'] {
    return entry.writable ? this.#note(entry, entry.command.action, '', '', out) : fail('unavailable')
  }

  /** An account that is removed takes the sanctions of it along. */
  accountRemoved(name: string, out: Effects): void {
    const subject = { kind: 'account', value: name } as const
    for (const measure of ['ban', 'mute'] as const) {
      if (this.#of(measure).has(subject)) this.#forget(measure, subject, out)
    }
  }

  save(): SavedModeration {
    const sanctions = [...this.#bans.list(), ...this.#mutes.list()]
    return { level: this.#level, slow: this.#slow, sanctions, audit: this.#audit }
  }

  restore({ level, slow, sanctions, audit }: SavedModeration): void {
    this.#level = level
    this.#slow = slow
    this.#bans.clear()
    this.#mutes.clear()
    for (const sanction of sanctions) this.#of(sanction.measure).put(sanction)
    this.#audit = [...audit]
  }

  #of(measure: Measure): Sanctions {
    return measure === 'ban' ? this.#bans : this.#mutes
  }

  #forget(measure: Measure, subject: Subject, out: Effects): void {
    this.#of(measure).remove(subject)
    out.write({ write: 'sanction.remove', measure, subject })
  }

  #writeRules(out: Effects): void {
    out.write({ write: 'moderation.put', level: this.#level, slow: this.#slow })
  }

  #note(
    { seq, at, command }: Entry<ByOperator>,
    action: string,
    subject: string,
    detail: string,
    out: Effects,
  ): Result<void, never> {
    const entry = { seq, at, by: command.by, action, subject, detail }
    this.#audit.push(entry)
    if (this.#audit.length > auditedAtMost) this.#audit.shift()
    out.write({ write: 'audit.put', entry })
    out.durable = true
    return done
  }
}

const serverName = 'Server' as UserName

function inWords({ kind, value }: Subject): string {
  return `${kind} ${value}`
}
