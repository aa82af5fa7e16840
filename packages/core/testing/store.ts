import type { ConversationKey } from '../src/conversation.ts'
import { keyOf, type GroupName, type NameKey, type UserName } from '../src/names.ts'
import type { HistoryPosition, HistorySearch, Reader } from '../src/ports/history-store.ts'
import type { Store } from '../src/ports/store.ts'
import { done, fail, ok, type Result } from '../src/result.ts'
import { utf8Bytes } from '../src/text.ts'
import type {
  Account,
  Device,
  DurableState,
  GroupRecord,
  Hook,
  StoredMessage,
  WaitingMessage,
  Write,
} from '../src/writes.ts'
import { MemoryHistory } from './memory-history.ts'
import { MemoryModeration } from './memory-moderation.ts'

interface Group {
  readonly name: GroupName
  readonly members: Map<NameKey, UserName>
  readonly banned: Set<NameKey>
}

type Carried = { readonly [W in Write['write']]: (write: Extract<Write, { write: W }>) => void }

/** A store in memory, which forgets everything with the process. Reference for the durable ones. */
export class MemoryStore implements Store {
  /** As if the disk were full: commits are `unavailable`, and everything else goes on. */
  full = false
  readonly #accounts = new Map<NameKey, Account>()
  readonly #publicKeys = new Map<NameKey, string>()
  readonly #backups = new Map<NameKey, string>()
  readonly #devices = new Map<number, Device>()
  readonly #hooks = new Map<number, Hook>()
  readonly #marks = new Map<NameKey, Map<string, number>>()
  readonly #messages = new Map<number, StoredMessage>()
  readonly #groups = new Map<NameKey, Group>()
  readonly #history = new MemoryHistory()
  readonly #moderation = new MemoryModeration()
  #seq = 0
  #reserved = 0
  #at = 0
  #closed = false

  async load(reserve = 0): Promise<Result<DurableState, 'unavailable'>> {
    if (this.#closed) return fail('unavailable')
    const reserved = Math.max(this.#reserved, this.#seq)
    const free = this.full ? 0 : reserve
    if (free > 0) this.#reserved = reserved + free
    return ok({
      seq: this.#seq,
      at: this.#at,
      reserved,
      free,
      hasHistory: this.#history.messages.size > 0,
      accounts: [...this.#accounts.values()],
      publicKeys: Array.from(this.#publicKeys, ([account, key]) => ({ account, key })),
      devices: [...this.#devices.values()].sort((one, other) => one.id - other.id),
      hooks: [...this.#hooks.values()].sort((one, other) => one.id - other.id),
      groups: Array.from(this.#groups.values(), recordOf),
      messages: this.#sorted().map(weighed),
      moderation: this.#moderation.saved,
    })
  }

  /** Takes effect at once; the promise is there for the port's sake. */
  async commit(writes: readonly Write[], seq: number, at: number): Promise<Result<void, 'unavailable' | 'full'>> {
    if (this.#closed || this.full || !this.#hasWhatItBuildsOn(writes)) return fail('unavailable')
    const carryOut = this.#carryOut as unknown as { [W in string]: (write: Write) => void }
    for (const write of writes) carryOut[write.write]!(write)
    this.#seq = seq
    this.#at = at
    return done
  }

  async messages(of: NameKey, after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    if (this.#closed) return fail('unavailable')
    const waiting = this.#sorted().filter(({ id, to }) => to === of && id > after)
    return ok(waiting.slice(0, limit))
  }

  async backup(of: NameKey): Promise<Result<string | null, 'unavailable'>> {
    return this.#closed ? fail('unavailable') : ok(this.#backups.get(of) ?? null)
  }

  async history(reader: Reader, of: ConversationKey, at: HistoryPosition, limit: number) {
    return this.#read(() => this.#history.history(reader, of, at, limit))
  }

  async since(reader: Reader, after: number, limit: number) {
    return this.#read(() => this.#history.since(reader, after, limit, this.#seq))
  }

  async search(reader: Reader, search: HistorySearch) {
    return this.#read(() => this.#history.search(reader, search))
  }

  async conversations(reader: Reader) {
    return this.#read(() => this.#history.conversations(reader, this.#marks.get(reader.name) ?? new Map()))
  }

  async export(reader: Reader, after: number, limit: number) {
    return this.#read(() => this.#history.export(reader, after, limit, this.#seq))
  }

  async message(reader: Reader, seq: number) {
    return this.#read(() => this.#history.message(reader, seq))
  }

  async among(of: ConversationKey, seqs: readonly number[]) {
    return this.#read(() => seqs.filter((seq) => this.#history.messages.get(seq)?.conversation === of))
  }

  async unkept(of: NameKey, after: number, limit: number) {
    return this.#read(() => {
      const waiting = this.#sorted().filter(({ id, to }) => to === of && id > after)
      return waiting.filter(({ id }) => !this.#history.messages.has(id)).slice(0, limit)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  readonly #carryOut: Carried = {
    'account.put': ({ account }) => this.#accounts.set(keyOf(account.name), account),
    'account.remove': ({ account }) => {
      this.#moderation.accountRemoved(account)
      this.#accounts.delete(account)
      for (const { id, to } of this.#messages.values()) if (to === account) this.#messages.delete(id)
      this.#history.removeAccount(account)
      this.#publicKeys.delete(account)
      this.#backups.delete(account)
      for (const { id, account: of } of this.#devices.values()) if (of === account) this.#devices.delete(id)
      this.#marks.delete(account)
    },
    'account.key': ({ account, key }) => this.#publicKeys.set(account, key),
    'backup.put': ({ account, blob }) => this.#backups.set(account, blob),
    'device.put': ({ device }) => this.#devices.set(device.id, device),
    'device.remove': ({ id }) => this.#devices.delete(id),
    'hook.put': ({ hook }) => this.#hooks.set(hook.id, hook),
    'hook.remove': ({ id }) => this.#hooks.delete(id),
    'mark.put': ({ user, conversation, seq }) => {
      const marks = this.#marks.get(user) ?? new Map<string, number>()
      marks.set(conversation, Math.max(seq, marks.get(conversation) ?? 0))
      this.#marks.set(user, marks)
    },
    'message.put': ({ message }) => this.#messages.set(message.id, message),
    'messages.remove': ({ to, ids }) => {
      for (const id of ids) if (this.#messages.get(id)?.to === to) this.#messages.delete(id)
    },
    'group.put': ({ group, banned }) => {
      if (this.#groups.has(keyOf(group))) return
      this.#groups.set(keyOf(group), { name: group, members: new Map(), banned: new Set(banned) })
    },
    'group.remove': ({ group }) => this.#groups.delete(group),
    'group.join': ({ group, member }) => {
      const members = this.#groups.get(group)!.members
      if (!members.has(keyOf(member))) members.set(keyOf(member), member)
    },
    'group.leave': ({ group, member }) => this.#groups.get(group)?.members.delete(member),
    'group.admin': ({ group, member }) => {
      const members = this.#groups.get(group)?.members ?? new Map<NameKey, UserName>()
      const others = [...members].filter(([key]) => key !== member)
      const first = members.get(member)
      members.clear()
      for (const [key, name] of first ? [[member, first] as const, ...others] : others) members.set(key, name)
    },
    'group.ban': ({ group, user }) => this.#groups.get(group)!.banned.add(user),
    'stay.begin': (write) => this.#history.carryOut(write),
    'stay.end': (write) => this.#history.carryOut(write),
    'history.put': (write) => this.#history.carryOut(write),
    'history.delete': (write) => this.#history.carryOut(write),
    'history.prune': (write) => this.#history.carryOut(write),
    'sanction.put': (write) => this.#moderation.carryOut(write),
    'sanction.remove': (write) => this.#moderation.carryOut(write),
    'moderation.put': (write) => this.#moderation.carryOut(write),
    'admin.put': (write) => this.#moderation.carryOut(write),
    'audit.put': (write) => this.#moderation.carryOut(write),
    'numbers.reserve': ({ upTo }) => (this.#reserved = Math.max(this.#reserved, upTo)),
  }

  #read<T>(read: () => T): Result<T, 'unavailable'> {
    return this.#closed ? fail('unavailable') : ok(read())
  }

  #hasWhatItBuildsOn(writes: readonly Write[]): boolean {
    const accounts = new Set(this.#accounts.keys())
    const groups = new Set(this.#groups.keys())
    for (const each of writes) {
      if (each.write === 'account.put') accounts.add(keyOf(each.account.name))
      else if (each.write === 'account.remove') accounts.delete(each.account)
      else if (each.write === 'group.put') groups.add(keyOf(each.group))
      else if (each.write === 'group.remove') groups.delete(each.group)
      else if (each.write === 'message.put' && !accounts.has(each.message.to)) return false
      else if ((each.write === 'account.key' || each.write === 'backup.put') && !accounts.has(each.account))
        return false
      else if (each.write === 'device.put' && !accounts.has(each.device.account)) return false
      else if (each.write === 'mark.put' && !accounts.has(each.user)) return false
      else if ((each.write === 'group.join' || each.write === 'group.ban') && !groups.has(each.group)) return false
    }
    return true
  }

  #sorted(): StoredMessage[] {
    return [...this.#messages.values()].sort((one, other) => one.id - other.id)
  }
}

function recordOf({ name, members, banned }: Group): GroupRecord {
  return { name, members: [...members.values()], banned: [...banned] }
}

function weighed({ id, to, from, guest, text }: StoredMessage): WaitingMessage {
  return { id, to, from: keyOf(from), guest, bytes: utf8Bytes(text) }
}
