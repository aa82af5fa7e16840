import { systemClock } from './clock.ts'
import type { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import type { Keys } from './features.ts'
import type { ConnectOptions } from './options.ts'
import { Conversations } from './sealing/conversations.ts'
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
}

/** Messages and files of one connection. */
export interface ConnectionSealing {
  readonly conversations: Conversations
  readonly files: SealedFiles
}

/** All that a chat seals, over one connection after another. */
export class ChatSealing {
  readonly tunnels: TunnelSealing
  readonly #parts: ChatSealingParts
  readonly #trust: TrustStore
  readonly #heardProfiles = new HeardProfiles()
  readonly #memory: SessionMemory
  #now: ConnectionSealing | undefined

  constructor(parts: ChatSealingParts) {
    const { server, options, me } = parts
    const { clock = systemClock } = options
    this.#parts = parts
    this.#trust = options.trust ?? new MemoryTrust()
    this.#memory = new SessionMemory(this.#trust)
    this.tunnels = new TunnelSealing({ trust: this.#trust, server, me, clock, changed: this.#changed })
  }

  /** Undefined: not connected, or nothing is sealed over this connection. */
  get now(): ConnectionSealing | undefined {
    return this.#now
  }

  /** A connection that carries keys. */
  async start(keys: Keys): Promise<void> {
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
      interop: options.interopProfiles,
      assumed: options.interopProfile,
      changed: this.#changed,
      checked: (user) => events.emit('sender-checked', { user }),
      suspected: (user, suspicion) => events.emit('seal-alarm', { user, ...suspicion }),
    })
    this.#now = { conversations, files: new SealedFiles({ conversations, memory: this.#memory, clock, now }) }
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
