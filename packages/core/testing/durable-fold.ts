import assert from 'node:assert/strict'
import { keyOf, type NameKey, type UserName } from '../src/names.ts'
import { MemoryModeration } from './memory-moderation.ts'
import { MemoryHistory } from './memory-history.ts'
import { utf8Bytes } from '../src/text.ts'
import type { Account, Device, DurableState, Hook, StoredMessage, Write } from '../src/writes.ts'

interface Group {
  readonly name: string
  readonly members: Map<NameKey, UserName>
  readonly banned: Set<NameKey>
}

/**
 * What a store remembers after some writes: the plainest one that there can be, for tests. Carries
 * out every write twice and sees that nothing changes by the second time.
 */
export class DurableFold {
  readonly #accounts = new Map<NameKey, Account>()
  readonly #publicKeys = new Map<NameKey, string>()
  readonly #backups = new Map<NameKey, string>()
  readonly #devices = new Map<number, Device>()
  readonly #hooks = new Map<number, Hook>()
  readonly #marks = new Map<NameKey, Map<string, number>>()
  readonly #messages = new Map<number, StoredMessage>()
  readonly #groups = new Map<NameKey, Group>()
  readonly history = new MemoryHistory()
  readonly #moderation = new MemoryModeration()
  #seq = 0
  #reserved = 0
  #at = 0

  carryOut(writes: readonly Write[], seq: number, at: number): void {
    for (const write of writes) {
      this.#carryOut(write)
      const once = this.#text()
      this.#carryOut(write)
      assert.equal(this.#text(), once, `${write.write} is not idempotent`)
    }
    this.#seq = seq
    this.#at = at
  }

  get state(): DurableState {
    return {
      seq: this.#seq,
      at: this.#at,
      reserved: Math.max(this.#reserved, this.#seq),
      free: 0,
      hasHistory: this.history.messages.size > 0,
      accounts: [...this.#accounts.values()],
      publicKeys: Array.from(this.#publicKeys, ([account, key]) => ({ account, key })),
      devices: [...this.#devices.values()].sort((one, other) => one.id - other.id),
      hooks: [...this.#hooks.values()].sort((one, other) => one.id - other.id),
      groups: Array.from(this.#groups.values(), ({ name, members, banned }) => {
        return { name: name as never, members: [...members.values()], banned: [...banned] }
      }),
      moderation: this.#moderation.saved,
      messages: this.messages.map(({ id, to, from, guest, text }) => {
        return { id, to, from: keyOf(from), guest, bytes: utf8Bytes(text) }
      }),
    }
  }

  backup(of: NameKey): string | null {
    return this.#backups.get(of) ?? null
  }

  /** How far each user has read, by conversation. */
  get marks(): ReadonlyMap<NameKey, ReadonlyMap<string, number>> {
    return this.#marks
  }

  get messages(): readonly StoredMessage[] {
    return [...this.#messages.values()].sort((one, other) => one.id - other.id)
  }

  #carryOut(write: Write): void {
    switch (write.write) {
      case 'account.put':
        this.#accounts.set(keyOf(write.account.name), write.account)
        break
      case 'account.remove':
        this.#accounts.delete(write.account)
        for (const { id, to } of this.messages) if (to === write.account) this.#messages.delete(id)
        for (const map of [this.#publicKeys, this.#backups, this.#marks]) map.delete(write.account)
        for (const { id, account } of this.#devices.values()) if (account === write.account) this.#devices.delete(id)
        this.history.removeAccount(write.account)
        this.#moderation.accountRemoved(write.account)
        break
      case 'account.key':
        this.#publicKeys.set(write.account, write.key)
        break
      case 'backup.put':
        this.#backups.set(write.account, write.blob)
        break
      case 'device.put':
        this.#devices.set(write.device.id, write.device)
        break
      case 'device.remove':
        this.#devices.delete(write.id)
        break
      case 'hook.put':
        this.#hooks.set(write.hook.id, write.hook)
        break
      case 'hook.remove':
        this.#hooks.delete(write.id)
        break
      case 'mark.put': {
        const marks = this.#marks.get(write.user) ?? new Map<string, number>()
        marks.set(write.conversation, Math.max(write.seq, marks.get(write.conversation) ?? 0))
        this.#marks.set(write.user, marks)
        break
      }
      case 'message.put':
        this.#messages.set(write.message.id, write.message)
        break
      case 'messages.remove':
        for (const id of write.ids) if (this.#messages.get(id)?.to === write.to) this.#messages.delete(id)
        break
      case 'group.put':
        if (this.#groups.has(keyOf(write.group))) break
        this.#groups.set(keyOf(write.group), {
          name: write.group,
          members: new Map(),
          banned: new Set(write.banned),
        })
        break
      case 'group.remove':
        this.#groups.delete(write.group)
        break
      case 'group.join':
        this.#group(write.group).members.set(keyOf(write.member), write.member)
        break
      case 'group.leave':
        this.#group(write.group).members.delete(write.member)
        break
      case 'group.admin': {
        const { members } = this.#group(write.group)
        const others = [...members].filter(([key]) => key !== write.member)
        const first = [...members].filter(([key]) => key === write.member)
        members.clear()
        for (const [key, name] of [...first, ...others]) members.set(key, name)
        break
      }
      case 'group.ban':
        this.#group(write.group).banned.add(write.user)
        break
      case 'stay.begin':
      case 'stay.end':
      case 'history.put':
      case 'history.delete':
      case 'history.prune':
        this.history.carryOut(write)
        break
      case 'sanction.put':
      case 'sanction.remove':
      case 'moderation.put':
      case 'admin.put':
      case 'audit.put':
        this.#moderation.carryOut(write)
        break
      case 'numbers.reserve':
        this.#reserved = Math.max(this.#reserved, write.upTo)
        break
    }
  }

  #group(key: NameKey): Group {
    const group = this.#groups.get(key)
    assert.ok(group, `a write of the group ${key}, which the store does not know`)
    return group
  }

  #text(): string {
    const marks = Array.from(this.#marks, ([user, read]) => [user, ...read])
    return JSON.stringify([this.state, [...this.#backups], marks, [...this.history.messages]])
  }
}
