import { Admins, type Decider } from './admins.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import { keyOf, type NameKey, type UserName } from './names.ts'
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

/** From operators, and from the connections of admins. */
export type ModerationCommand =
  /** `seconds`: from now; null: for good. In place of the one that the subject has. */
  | ({
      readonly do: 'sanction.put'
      readonly measure: Measure
      readonly subject: Subject
      readonly reason: string
      readonly seconds: number | null
    } & Decider)
  | ({ readonly do: 'sanction.remove'; readonly measure: Measure; readonly subject: Subject } & Decider)
  | ({ readonly do: 'user.kick'; readonly name: UserName; readonly reason: string } & Decider)
  | ({ readonly do: 'level.set'; readonly level: Level } & Decider)
  | ({ readonly do: 'slow.set'; readonly rate: SlowRate | null } & Decider)
  | ({ readonly do: 'announce'; readonly text: Text } & Decider)
  /** Whether the holder of an account may do what operators do. */
  | ({ readonly do: 'admin.set'; readonly name: UserName; readonly isAdmin: boolean } & Decider)
  /** The server does it, and this is its trace. */
  | ({ readonly do: 'audit.note'; readonly action: 'shutdown' } & Decider)
type Command<D> = Extract<ModerationCommand, { do: D }>

export interface ModerationResults {
  'sanction.put': Result<void, 'admins-only' | 'too-many-sanctions' | 'unavailable'>
  'sanction.remove': Result<void, 'admins-only' | 'no-such-sanction' | 'unavailable'>
  'user.kick': Result<void, 'admins-only' | 'no-such-user' | 'unavailable'>
  'level.set': Result<void, 'admins-only' | 'unavailable'>
  'slow.set': Result<void, 'admins-only' | 'unavailable'>
  announce: Result<void, 'admins-only' | 'unavailable'>
  'admin.set': Result<void, 'no-such-account' | 'admins-only' | 'unavailable'>
  'audit.note': Result<void, 'admins-only' | 'unavailable'>
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
  readonly admins = new Admins()
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

  /** Of an account that is there. */
  setAdmin(entry: Entry<Command<'admin.set'>>, out: Effects): Result<void, 'unavailable'> {
    const { name, isAdmin } = entry.command
    if (!entry.writable) return fail('unavailable')
    this.admins.set(keyOf(name), isAdmin, out)
    return this.#note(entry, isAdmin ? 'user promote' : 'user demote', name, '', out)
  }

  /** The trace of what was done to an account, where it is known who did it. */
  accountChanged(entry: Entry<Partial<Decider>>, action: string, name: UserName, out: Effects): void {
    const { by, ...more } = entry.command
    if (by !== undefined) this.#note({ ...entry, command: { ...more, by } }, `user ${action}`, name, '', out)
  }

  note(entry: Entry<Command<'audit.note'>>, out: Effects): ModerationResults['audit.note'] {
    return entry.writable ? this.#note(entry, entry.command.action, '', '', out) : fail('unavailable')
  }

  /** An account that is removed takes along the sanctions of it, and its right to make some. */
  accountRemoved(name: NameKey, out: Effects): void {
    this.admins.forget(name)
    const subject = { kind: 'account', value: name } as const
    for (const measure of ['ban', 'mute'] as const) {
      if (this.#of(measure).has(subject)) this.#forget(measure, subject, out)
    }
  }

  save(): SavedModeration {
    const sanctions = [...this.#bans.list(), ...this.#mutes.list()]
    return { level: this.#level, slow: this.#slow, sanctions, admins: this.admins.list(), audit: this.#audit }
  }

  restore({ level, slow, sanctions, admins, audit }: SavedModeration): void {
    this.#level = level
    this.#slow = slow
    this.#bans.clear()
    this.#mutes.clear()
    for (const sanction of sanctions) this.#of(sanction.measure).put(sanction)
    this.admins.restore(admins)
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
    { seq, at, command }: Entry<Decider>,
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
