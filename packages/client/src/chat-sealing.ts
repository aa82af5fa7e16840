import { systemClock } from './clock.ts'
import { ChatRecovery } from './chat-recovery.ts'
import type { Backup } from './devices.ts'
import type { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import type { Features } from './features.ts'
import type { ConnectOptions } from './options.ts'
import { Conversations } from './sealing/conversations.ts'
import { requireCurves } from './sealing/curves.ts'
import { GroupKeys } from './sealing/group-keys.ts'
import { GroupProtection } from './sealing/group-protection.ts'
import { GroupSealing } from './sealing/group-sealing.ts'
import { NotingTrust } from './sealing/noting-trust.ts'
import { HeardProfiles } from './sealing/heard-profiles.ts'
import { SealedFiles } from './sealing/sealed-files.ts'
import { SessionMemory } from './sealing/session-memory.ts'
import { MemoryTrust, type TrustStore } from './sealing/trust.ts'
import { TunnelSealing } from './sealing/tunnel-sealing.ts'

export interface ChatSealingParts {
  /** What keys are pinned under. */
  readonly server: string
  readonly options: ConnectOptions
  readonly events: Emitter<ChatEvents>
  /** The name as the server took it. */
  me(): string
  /** Of the connection that there is now. */
  backup(): Backup
  /** Begins to seal over the connection that there is now. */
  startSealing(): Promise<void>
}

/** Messages and files of one connection. */
export interface ConnectionSealing {
  readonly conversations: Conversations
  readonly files: SealedFiles
  /** Absent: what is said in groups is plain. */
  readonly groups?: GroupSealing
}

/** All that a chat seals, over one connection after another. */
export class ChatSealing {
  readonly tunnels: TunnelSealing
  readonly recovery: ChatRecovery
  readonly #parts: ChatSealingParts
  readonly #trust: TrustStore
  readonly #heardProfiles = new HeardProfiles()
  readonly #memory: SessionMemory
  readonly #protection: GroupProtection
  #groupKeys: GroupKeys | undefined
  #now: ConnectionSealing | undefined

  constructor(parts: ChatSealingParts) {
    const { server, options, me } = parts
    const { clock = systemClock } = options
    this.#parts = parts
    const trust = options.trust ?? new MemoryTrust()
    this.recovery = new ChatRecovery({
      trust,
      server,
      clock,
      me,
      backup: parts.backup,
      startSealing: parts.startSealing,
      failed: (text) => parts.events.emit('notice', { text }),
    })
    this.#trust = new NotingTrust(trust, this.recovery.pinned)
    this.#memory = new SessionMemory(this.#trust)
    this.#protection = new GroupProtection((what) => parts.events.emit('group-protection', what))
    this.tunnels = new TunnelSealing({ trust: this.#trust, server, me, clock, changed: this.#changed })
  }

  /** Undefined: not connected, or nothing is sealed over this connection. */
  get now(): ConnectionSealing | undefined {
    return this.#now
  }

  /** Why nothing is opened where nothing is sealed. */
  get whyClosed(): string {
    return this.recovery.isNeeded ? 'this device does not have the keys of this account yet' : 'sealing is off'
  }

  /** Before signing in: what is sealed to this user may follow at once. */
  prepare(): Promise<void> {
    return this.#memory.load(Date.now())
  }

  /** A connection, which may carry keys. */
  async start({ keys, groups, history, backup }: Features): Promise<void> {
    if (!keys) return
    await requireCurves(globalThis.crypto.subtle)
    if (await this.recovery.look(keys, backup)) return
    const { server, options, events } = this.#parts
    const { clock = systemClock } = options
    const identity = await this.#trust.identity()
    const now = () => Date.now()
    const conversations = new Conversations(keys, {
      me: this.#parts.me(),
      server,
      identity,
      trust: this.#trust,
      heard: this.#heardProfiles,
      memory: this.#memory,
      now,
      clock,
      interop: options.interopProfiles,
      assumed: options.interopProfile,
      changed: this.#changed,
      checked: (user) => events.emit('sender-checked', { user }),
      suspected: (user, suspicion) => events.emit('seal-alarm', { user, ...suspicion }),
    })
    const files = new SealedFiles({ conversations, memory: this.#memory, clock, now })
    const { writer } = conversations
    this.#now = { conversations, files }
    if (writer && groups?.sealed) {
      // It outlives the connection: its sessions go on, and name those before them.
      const groupKeys = (this.#groupKeys ??= new GroupKeys(writer, this.#memory, now))
      const parts = {
        keys: groupKeys,
        conversations,
        trust: this.#trust,
        server,
        clock,
        now,
        protection: this.#protection,
      }
      this.#now = { conversations, files, groups: new GroupSealing({ ...parts, wire: groups.sealed, history }) }
    }
    keys.publish(identity.publicKey)
  }

  /** The connection is over. */
  stop(): void {
    this.#now = undefined
  }

  readonly #changed = (user: string, safetyNumber: string): void => {
    this.#parts.events.emit('key-changed', { user, safetyNumber })
  }
}
