import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { Tunnel, TunnelOptions, TunnelRequest } from '../features.ts'
import { requireCurves } from './curves.ts'
import { modulusBits, safetyNumber, sealingKeys } from './identity.ts'
import { sealLink } from './sealed-link.ts'
import type { TrustStore } from './trust.ts'

/** For the other side to say its part, once the tunnel is open. */
const helloMs = 20_000

export interface TunnelSealingParts {
  readonly trust: TrustStore
  /** What keys are pinned under. */
  readonly server: string
  readonly me: () => string
  readonly clock: Clock
  changed(user: string, safetyNumber: string): void
}

/**
 * Seals tunnels, where both sides ask for it. Their keys come through the tunnel itself, so it takes no
 * protocol that carries keys.
 */
export class TunnelSealing {
  readonly #parts: TunnelSealingParts
  /** The key of each user that came last, by the name in lower case. */
  readonly #seen = new Map<string, string>()

  constructor(parts: TunnelSealingParts) {
    this.#parts = parts
  }

  /** As the program is to see it. */
  heard(request: TunnelRequest): TunnelRequest {
    return {
      from: request.from,
      accept: (options) => this.open(() => request.accept(), false, options),
      decline: () => request.decline(),
    }
  }

  /** The tunnel, sealed where the options say so. Making an identity takes a while: it is there before the tunnel is. */
  async open(
    opening: () => Promise<Tunnel>,
    isAsker: boolean,
    { sealed = false }: TunnelOptions = {},
  ): Promise<Tunnel> {
    if (!sealed) return opening()
    await requireCurves(globalThis.crypto.subtle)
    const { trust, me, clock } = this.#parts
    const identity = await trust.identity()
    const keys = sealingKeys(identity)
    if (!keys) throw new ChatError('sealing-failed', 'this identity is from before parley-2 and cannot seal tunnels')
    const tunnel = await opening()
    const peer = tunnel.with
    const cancel = clock.after(helloMs, () => tunnel.link.destroy())
    const ends = { me: { name: me(), keys }, publicKey: identity.publicKey, peer, isAsker }
    try {
      const link = await sealLink(tunnel.link, { ...ends, trust: (key) => this.#check(peer, key) })
      return { with: peer, link }
    } finally {
      cancel()
    }
  }

  async safetyNumber(user: string): Promise<string> {
    const key = this.#seenOf(user)
    return safetyNumber((await this.#parts.trust.identity()).publicKey, key)
  }

  async acceptKey(user: string): Promise<void> {
    await this.#parts.trust.pin(this.#parts.server, user, this.#seenOf(user))
  }

  async #check(user: string, publicKey: string): Promise<void> {
    const { trust, server, changed } = this.#parts
    if ((await modulusBits(publicKey)) === null) throw new ChatError('sealing-failed', `the key of ${user} is none`)
    this.#seen.set(user.toLowerCase(), publicKey)
    const pinned = await trust.pinned(server, user)
    if (pinned === publicKey) return
    if (pinned === null) return trust.pin(server, user, publicKey)
    changed(user, await this.safetyNumber(user))
    throw new ChatError('key-changed', `the key of ${user} is not the one seen before; compare and accept it first`)
  }

  #seenOf(user: string): string {
    const key = this.#seen.get(user.toLowerCase())
    if (key === undefined) throw new ChatError('not-sealable', `no sealed tunnel with ${user} was tried yet`)
    return key
  }
}
