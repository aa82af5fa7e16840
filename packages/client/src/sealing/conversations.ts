import { ChatError, type Secrecy } from '../chat.ts'
import type { SpokenKeys } from '../speaker.ts'
import { modulusBits, safetyNumber } from './identity.ts'
import type { Identity, Pair, Profile } from './profile.ts'
import { SessionKeys } from './session-keys.ts'
import type { TrustStore } from './trust.ts'

/** A public key of fewer bits is somebody else's client's (their page's field profile). */
const ownLeastBits = 3_072

/** A server that makes up more users than anybody talks to must not fill the memory. */
const mostPeers = 10_000

export interface SealingOptions {
  readonly me: string
  /** What keys are pinned under. */
  readonly server: string
  readonly identity: Identity
  readonly trust: TrustStore
  /** `parley-1`, and the field profile of the protocol where this client has it. */
  readonly profiles: readonly [Profile, ...Profile[]]
  /** Forces one of them toward everybody. */
  readonly forced?: Profile | undefined
  changed(user: string, safetyNumber: string): void
}

export type Opened =
  | { readonly ok: true; readonly text: string; readonly secrecy: Exclude<Secrecy, 'plain'> }
  | { readonly ok: false; readonly reason: string }

interface Peer {
  readonly keys: SessionKeys
  publicKey: string | null
  /** Whose safety number was shown last. */
  shown: string | null
  /** What opened last from them: what they speak. */
  spoken: Profile | null
  /** What is being sent: one message after the other, or two of them would begin two sessions. */
  sending: Promise<unknown>
}

/** The sealed side of all conversations of one session: which key, which profile, and whether to trust it. */
export class Conversations {
  readonly #options: SealingOptions
  readonly #wire: SpokenKeys
  readonly #peers = new Map<string, Peer>()

  constructor(wire: SpokenKeys, options: SealingOptions) {
    this.#wire = wire
    this.#options = options
  }

  /** Sends sealed, or rejects: `not-sealable`, `key-changed`, or what the server said. */
  send(user: string, text: string): Promise<Exclude<Secrecy, 'plain'>> {
    const peer = this.#peer(user)
    const sent = peer.sending.then(() => this.#send(user, peer, text))
    peer.sending = sent.catch(() => {})
    return sent
  }

  async #send(user: string, peer: Peer, text: string): Promise<Exclude<Secrecy, 'plain'>> {
    const publicKey = await this.#trustedKey(user, peer)
    const profile = await this.#profileFor(peer, publicKey)
    let key = profile.keyPerMessage ? undefined : peer.keys.latest(profile)
    if (!key) {
      const raw = profile.newSessionKey()
      key = { profile, raw, wrapped: await profile.wrap(raw, publicKey).catch(cannotWrap), made: true }
      peer.keys.add(key)
    }
    const message = await profile.seal(key.raw, text, this.#pair(user))
    await this.#wire.send(user, message, key.wrapped, !peer.keys.isShared(key))
    peer.keys.share(key)
    return profile.secrecy
  }

  /** Whether a key of that user was ever seen on this server, or anything sealed passed: then nothing is sent plain because no key comes now. */
  async isKnown(user: string): Promise<boolean> {
    const peer = this.#peers.get(user.toLowerCase())
    if (peer && peer.keys.size > 0) return true
    return (await this.#options.trust.pinned(this.#options.server, user)) !== null
  }

  async receive(from: string, message: string, wrapped: string | null): Promise<Opened> {
    const peer = this.#peer(from)
    if (wrapped !== null) await this.#learn(peer, wrapped)
    for (const key of peer.keys.newestFirst()) {
      const text = await key.profile.open(key.raw, message, this.#pair(from))
      if (text === null) continue
      peer.spoken = key.profile
      return { ok: true, text, secrecy: key.profile.secrecy }
    }
    const reason = wrapped === null ? 'no key for it was ever handed over' : 'none of the keys that are known opens it'
    return { ok: false, reason }
  }

  /** A public key came, asked for or not. */
  async learnPublicKey(user: string, publicKey: string): Promise<void> {
    const peer = this.#peer(user)
    peer.publicKey = publicKey
    await this.#checkPin(user, publicKey).catch((error: unknown) => {
      // Told as an event; what is sent later is refused then.
      if (!(error instanceof ChatError)) throw error
    })
  }

  /** The other side has forgotten this client, or is somebody else under the same name: all but what opens late messages starts anew (H-16). */
  endSession(user: string): void {
    const peer = this.#peer(user)
    peer.keys.retire()
    peer.publicKey = null
  }

  /** whoever comes back under that name makes a new start. */
  forget(user: string): void {
    this.#peers.delete(user.toLowerCase())
  }

  async safetyNumber(user: string): Promise<string> {
    const peer = this.#peer(user)
    const publicKey = peer.publicKey ?? (await this.#request(user, peer))
    peer.shown = publicKey
    return safetyNumber(this.#options.identity.publicKey, publicKey)
  }

  /** Accepts the key whose safety number was shown last, and no other that came since. */
  async acceptKey(user: string): Promise<void> {
    const { shown } = this.#peer(user)
    if (shown === null) throw new ChatError('usage', `compare the safety number of ${user} first`)
    await this.#options.trust.pin(this.#options.server, user, shown)
    this.forget(user)
  }

  async #trustedKey(user: string, peer: Peer): Promise<string> {
    const publicKey = peer.publicKey ?? (await this.#request(user, peer))
    peer.publicKey = publicKey
    await this.#checkPin(user, publicKey)
    return publicKey
  }

  async #request(user: string, peer: Peer): Promise<string> {
    const publicKey = await this.#wire.request(user)
    if (this.#wire.askingEndsSession) peer.keys.retire()
    return publicKey
  }

  async #checkPin(user: string, publicKey: string): Promise<void> {
    const { trust, server, identity, changed } = this.#options
    const pinned = await trust.pinned(server, user)
    if (pinned === publicKey) return
    // What is no key is not remembered as one: it would keep that user from being written to ever after.
    if ((await modulusBits(publicKey)) === null)
      throw new ChatError('sealing-failed', 'the key that came is no RSA public key; nothing was sent')
    if (pinned === null) return trust.pin(server, user, publicKey)
    this.#peer(user).shown = publicKey
    changed(user, await safetyNumber(identity.publicKey, publicKey))
    throw new ChatError('key-changed', `the key of ${user} is not the one seen before; compare and accept it first`)
  }

  async #profileFor(peer: Peer, publicKey: string): Promise<Profile> {
    const { forced, profiles } = this.#options
    if (forced) return forced
    // The pinned key says it; what arrives must not talk anybody into the weaker profile.
    if (((await modulusBits(publicKey)) ?? 0) >= ownLeastBits) return profiles[0]
    return peer.spoken ?? profiles[1] ?? profiles[0]
  }

  /** A session key that was handed over: one's own is known by its text. */
  async #learn(peer: Peer, wrapped: string): Promise<void> {
    if (peer.keys.withText(wrapped)) return
    for (const profile of this.#options.profiles) {
      const raw = await profile.unwrap(wrapped, this.#options.identity)
      if (!raw) continue
      const key = { profile, raw, wrapped, made: false }
      peer.keys.add(key)
      return peer.keys.share(key)
    }
  }

  #peer(user: string): Peer {
    const name = user.toLowerCase()
    let peer = this.#peers.get(name)
    if (!peer) {
      this.#peers.set(name, (peer = newPeer()))
      const [oldest = name] = this.#peers.keys()
      if (this.#peers.size > mostPeers) this.#peers.delete(oldest)
    }
    return peer
  }

  #pair(user: string): Pair {
    return [this.#options.me, user]
  }
}

/** Too small, for example, to take a session key. */
function cannotWrap(cause: unknown): never {
  throw new ChatError('sealing-failed', 'no session key can be encrypted to the key that came; nothing was sent', {
    cause,
  })
}

function newPeer(): Peer {
  return { keys: new SessionKeys(), publicKey: null, shown: null, spoken: null, sending: Promise.resolve() }
}
