import { ChatError } from '../chat-error.ts'
import type { Keys, Suspicion } from '../features.ts'
import { Queue } from '../kit/queue.ts'
import { modulusBits, safetyNumber } from './identity.ts'
import { isKeyOf } from './opening.ts'
import { newPeer, type Peer } from './peer.ts'
import type { Identity } from './profile.ts'
import type { TrustStore } from './trust.ts'

/** A server that makes up more users than anybody talks to must not fill the memory. */
const mostPeers = 10_000

export interface PeerKeysOptions {
  /** What keys are pinned under. */
  readonly server: string
  readonly identity: Identity
  readonly trust: TrustStore
  /** Milliseconds since 1970. */
  readonly now: () => number
  changed(user: string, safetyNumber: string): void
  /** A key came and is the one that was seen first: what was received before it came is theirs. */
  checked(user: string): void
  /** What came in somebody's name before is not theirs. */
  suspected(user: string, suspicion: Suspicion): void
}

/** Everybody's public key: asking for it, and whether it is the one that was seen first. */
export class PeerKeys {
  readonly #options: PeerKeysOptions
  readonly #wire: Keys
  readonly #peers = new Map<string, Peer>()
  /** Those who are asked who they are, one after the other. */
  readonly #introducing = new Queue()
  /** Somebody is being asked to begin anew. */
  #renewing = false

  constructor(wire: Keys, options: PeerKeysOptions) {
    this.#wire = wire
    this.#options = options
  }

  of(user: string): Peer {
    const name = user.toLowerCase()
    let peer = this.#peers.get(name)
    if (!peer) {
      this.#peers.set(name, (peer = newPeer(this.#options.now)))
      const [oldest = name] = this.#peers.keys()
      if (this.#peers.size > mostPeers) this.#peers.delete(oldest)
    }
    return peer
  }

  /** The key of that user that was seen first, or accepted. */
  pinned(user: string): Promise<string | null> {
    return this.#options.trust.pinned(this.#options.server, user)
  }

  /**
   * Whether a key of that user was ever seen on this server, or anything sealed passed: then
   * nothing is sent plain because no key comes now.
   */
  async isKnown(user: string): Promise<boolean> {
    const peer = this.#peers.get(user.toLowerCase())
    if (peer && peer.keys.size + peer.sessions.size > 0) return true
    return (await this.pinned(user)) !== null
  }

  /** A public key came, asked for or not. */
  async learn(user: string, publicKey: string): Promise<void> {
    const peer = this.of(user)
    if (peer.publicKey !== publicKey) peer.isChecked = false
    peer.publicKey = publicKey
    await this.#checkPin(user, publicKey).catch((error: unknown) => {
      // Told as an event; what is sent later is refused then.
      if (!(error instanceof ChatError)) throw error
    })
  }

  /**
   * The other side has forgotten this client, or is somebody else under the same name: all but what
   * opens late messages starts anew (H-16). Whoever had just been asked, and has to begin a new
   * session for that, is still whom they were seen to be.
   */
  endSession(user: string): void {
    const peer = this.of(user)
    peer.keys.retire()
    peer.sessions.retire()
    peer.publicKey = null
    if (!peer.expectsQuestion) peer.isChecked = false
    peer.expectsQuestion = false
    peer.isIntroduced = false
    peer.heard = null
    peer.isRenewing = false
  }

  /** whoever comes back under that name makes a new start. */
  forget(user: string): void {
    this.#peers.delete(user.toLowerCase())
  }

  async safetyNumber(user: string): Promise<string> {
    const peer = this.of(user)
    const publicKey = peer.publicKey ?? (await this.#request(user, peer))
    peer.shown = publicKey
    return safetyNumber(this.#options.identity.publicKey, publicKey)
  }

  /** Accepts the key whose safety number was shown last, and no other that came since. */
  async acceptKey(user: string): Promise<void> {
    const { shown } = this.of(user)
    if (shown === null) throw new ChatError('usage', `compare the safety number of ${user} first`)
    await this.#options.trust.pin(this.#options.server, user, shown)
    // What was heard stays: it may be all that tells what their program opens.
    const peer = this.of(user)
    peer.keys.retire()
    peer.sessions.retire()
    peer.publicKey = null
    peer.claimed = null
    peer.isChecked = false
    peer.isIntroduced = false
    peer.shown = null
  }

  /** Of that user, asked for where it did not come yet. Rejects with `key-changed` or what the server said. */
  async trusted(user: string, peer: Peer): Promise<string> {
    const publicKey = peer.publicKey ?? (await this.#request(user, peer))
    if (peer.publicKey !== publicKey) peer.isChecked = false
    peer.publicKey = publicKey
    await this.#checkPin(user, publicKey)
    return publicKey
  }

  async #request(user: string, peer: Peer): Promise<string> {
    const publicKey = await this.#wire.request(user)
    if (this.#wire.askingEndsSession) {
      peer.keys.retire()
      peer.sessions.retire()
      peer.expectsQuestion = true
    }
    return publicKey
  }

  async #checkPin(user: string, publicKey: string): Promise<void> {
    const { trust, server, identity, changed } = this.#options
    const pinned = await trust.pinned(server, user)
    if (pinned === publicKey) return this.#checked(user, publicKey)
    // What is no key is not remembered as one: it would keep that user from being written to ever
    // after.
    if ((await modulusBits(publicKey)) === null)
      throw new ChatError('sealing-failed', 'the key that came is no RSA public key; nothing was sent')
    if (pinned === null) {
      await trust.pin(server, user, publicKey)
      return this.#checked(user, publicKey)
    }
    this.of(user).shown = publicKey
    changed(user, await safetyNumber(identity.publicKey, publicKey))
    throw new ChatError('key-changed', `the key of ${user} is not the one seen before; compare and accept it first`)
  }

  /** Unless another key came meanwhile, or they are asked anew. */
  #checked(user: string, publicKey: string): void {
    const peer = this.of(user)
    if (peer.publicKey !== publicKey || peer.isChecked) return
    peer.isChecked = true
    const isTheirs = isKeyOf(publicKey, peer.claimed)
    peer.claimed = null
    if (isTheirs) return this.#options.checked(user)
    const reason = `what came from ${user} before this is not sealed with the key that came now`
    this.#options.suspected(user, { alarm: 'forged', reason })
  }

  /**
   * Nothing in a sealed message proves who sealed it: whoever holds the name now is asked for the
   * key. Once for each time that they sign in or begin a new session, and one user after the other.
   * Asking may end their session (H-16). Only this program seals so, and it begins a new one without
   * a loss.
   */
  introduce(user: string, peer: Peer): void {
    if (peer.isIntroduced || peer.publicKey !== null) return
    peer.isIntroduced = true
    this.#introducing
      .run(() => this.#meet(user, peer))
      .catch((error: unknown) => {
        // Without a key the message stays unchecked.
        if (!(error instanceof ChatError)) throw error
      })
  }

  async #meet(user: string, peer: Peer): Promise<void> {
    if (peer.publicKey === null) await this.learn(user, await this.#request(user, peer))
  }

  /**
   * A `helo` client keeps a session from before this one was here for as long as it lives, unless
   * it is asked for its key (H-16). Whoever only sends what nobody can open is asked once; and one
   * at a time, or such users would keep this one's own questions waiting.
   */
  renew(user: string, peer: Peer): void {
    if (this.#renewing || peer.isRenewing) return
    this.#renewing = true
    peer.isRenewing = true
    this.#request(user, peer)
      .then((publicKey) => (peer.isRenewing ? this.learn(user, publicKey) : undefined))
      .catch((error: unknown) => {
        peer.isRenewing = false
        if (!(error instanceof ChatError)) throw error
      })
      .finally(() => (this.#renewing = false))
  }
}
