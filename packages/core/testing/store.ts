import { keyOf, type GroupName, type NameKey, type UserName } from '../src/names.ts'
import type { Store } from '../src/ports/store.ts'
import { done, fail, ok, type Result } from '../src/result.ts'
import { utf8Bytes } from '../src/text.ts'
import type { Account, DurableState, GroupRecord, StoredMessage, WaitingMessage, Write } from '../src/writes.ts'

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
  readonly #messages = new Map<number, StoredMessage>()
  readonly #groups = new Map<NameKey, Group>()
  #seq = 0
  #at = 0
  #closed = false

  async load(): Promise<Result<DurableState, 'unavailable'>> {
    if (this.#closed) return fail('unavailable')
    return ok({
      seq: this.#seq,
      at: this.#at,
      accounts: [...this.#accounts.values()],
      groups: Array.from(this.#groups.values(), recordOf),
      messages: this.#sorted().map(weighed),
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

  async close(): Promise<void> {
    this.#closed = true
  }

  readonly #carryOut: Carried = {
    'account.put': ({ account }) => this.#accounts.set(keyOf(account.name), account),
    'account.remove': ({ account }) => {
      this.#accounts.delete(account)
      for (const { id, to } of this.#messages.values()) if (to === account) this.#messages.delete(id)
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
    'group.ban': ({ group, user }) => this.#groups.get(group)!.banned.add(user),
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
