import { ChatError } from '../chat-error.ts'
import type { Keys, Secrecy } from '../features.ts'
import { Queue } from '../kit/queue.ts'
import type { SayOptions } from '../stamp.ts'
import type { HeardProfiles } from './heard-profiles.ts'
import { modulusBits, safetyNumber } from './identity.ts'
import { parley1 } from './parley-1.ts'
import { newPeer, type Peer } from './peer.ts'
import { profileFor } from './profile-choice.ts'
import type { Identity, InteropProfiles, InteropProtocol, Pair, Profile } from './profile.ts'
import type { SessionKey } from './session-keys.ts'
import type { TrustStore } from './trust.ts'

/** A server that makes up more users than anybody talks to must not fill the memory. */
const mostPeers = 10_000

export interface SealingOptions {
  readonly me: string
  /** What keys are pinned under. */
  readonly server: string
  readonly identity: Identity
  readonly trust: TrustStore
  readonly heard: HeardProfiles
  /** Absent: only `parley-1` is used. */
  readonly interop?: InteropProfiles | undefined
  /** Which of them opens what is sent to a key that does not tell. */
  readonly assumed?: InteropProtocol | undefined
  changed(user: string, safetyNumber: string): void
  /** A key came and is the one that was seen first: what was received before it came is theirs. */
  checked(user: string): void
}

export type Opened =
  | {
      readonly ok: true
      readonly text: string
      readonly secrecy: Exclude<Secrecy, 'plain'>
      /** Whether the sender's key is known since they are here, and is the one that was seen first. */
      readonly isChecked: boolean
    }
  | { readonly ok: false; readonly reason: string }

/**
 * The sealed side of all conversations of one session: which key, which profile, and whether to
 * trust it.
 */
export class Conversations {
  readonly #options: SealingOptions
  readonly #wire: Keys
  readonly #peers = new Map<string, Peer>()
  /** Those who are asked who they are, one after the other. */
  readonly #introducing = new Queue()
  /** Somebody is being asked to begin anew. */
  #renewing = false

  constructor(wire: Keys, options: SealingOptions) {
    this.#wire = wire
    this.#options = options
  }

  /**
   * Sends sealed, or rejects: `not-sealable`, `key-changed`, `profile-unknown`, `sealing-failed`,
   * or what the server said.
   */
  send(user: string, text: string, options?: SayOptions): Promise<Exclude<Secrecy, 'plain'>> {
    const peer = this.#peer(user)
    return peer.sending.run(() => this.#send(user, peer, text, options))
  }

  async #send(
    user: string,
    peer: Peer,
    text: string,
    options: SayOptions | undefined,
  ): Promise<Exclude<Secrecy, 'plain'>> {
    const publicKey = await this.#trustedKey(user, peer)
    const profile = await this.#profileFor(user, peer, publicKey)
    let key = profile.keyPerMessage ? undefined : peer.keys.latest(profile)
    if (!key) {
      const raw = profile.newSessionKey()
      key = { profile, raw, wrapped: await profile.wrap(raw, publicKey).catch(cannotWrap), made: true }
      peer.keys.add(key)
    }
    const message = await profile.seal(key.raw, text, this.#pair(user))
    await this.#wire.send(user, message, key.wrapped, !peer.keys.isShared(key), options)
    // Other people's clients have room for one key and may have put another into it: there each
    // message brings its own.
    if (profile.secrecy === 'sealed') peer.keys.share(key)
    return profile.secrecy
  }

  /**
   * Whether a key of that user was ever seen on this server, or anything sealed passed: then
   * nothing is sent plain because no key comes now.
   */
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
      peer.heard = key.profile
      if (peer.publicKey !== null) this.#options.heard.set(peer.publicKey, key.profile)
      peer.isRenewing = false
      const { secrecy } = key.profile
      if (secrecy === 'sealed' && !peer.isChecked) this.#introduce(from, peer)
      return { ok: true, text, secrecy, isChecked: peer.isChecked }
    }
    const why = wrapped === null ? 'no key for it was ever handed over' : 'none of the keys that are known opens it'
    if (this.#wire.askingEndsSession) this.#renew(from, peer)
    const hope = `${from}'s program was asked to begin a new session; ask ${from} to write it again`
    return { ok: false, reason: peer.isRenewing ? `${why}; ${hope}` : why }
  }

  /**
   * Opens what passed between that user and this one before, or on another device. Whatever comes of
   * it, nobody is asked for anything.
   */
  async reopen(user: string, message: string, wrapped: string | null): Promise<Opened> {
    const peer = this.#peer(user)
    if (wrapped !== null) await this.#learn(peer, wrapped)
    for (const key of peer.keys.newestFirst()) {
      const text = await key.profile.open(key.raw, message, this.#pair(user))
      if (text !== null) return { ok: true, text, secrecy: key.profile.secrecy, isChecked: peer.isChecked }
    }
    return { ok: false, reason: 'none of the keys that this device has opens it' }
  }

  /** A public key came, asked for or not. */
  async learnPublicKey(user: string, publicKey: string): Promise<void> {
    const peer = this.#peer(user)
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
    const peer = this.#peer(user)
    peer.keys.retire()
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
    // What was heard stays: it may be all that tells what their program opens.
    const peer = this.#peer(user)
    peer.keys.retire()
    peer.publicKey = null
    peer.isChecked = false
    peer.isIntroduced = false
    peer.shown = null
  }

  async #trustedKey(user: string, peer: Peer): Promise<string> {
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
    this.#peer(user).shown = publicKey
    changed(user, await safetyNumber(identity.publicKey, publicKey))
    throw new ChatError('key-changed', `the key of ${user} is not the one seen before; compare and accept it first`)
  }

  /** Unless another key came meanwhile, or they are asked anew. */
  #checked(user: string, publicKey: string): void {
    const peer = this.#peer(user)
    if (peer.publicKey !== publicKey || peer.isChecked) return
    peer.isChecked = true
    this.#options.checked(user)
  }

  /**
   * Nothing in a sealed message proves who sealed it: whoever holds the name now is asked for the
   * key. Once for each time that they sign in or begin a new session, and one user after the other.
   * Asking may end their session (H-16). Only this program seals so, and it begins a new one without
   * a loss.
   */
  #introduce(user: string, peer: Peer): void {
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
    if (peer.publicKey === null) await this.learnPublicKey(user, await this.#request(user, peer))
  }

  #profileFor(user: string, peer: Peer, publicKey: string): Promise<Profile> {
    const { heard, interop, assumed } = this.#options
    if (peer.heard) heard.set(publicKey, peer.heard)
    return profileFor(user, publicKey, { heard: heard.get(publicKey), interop, assumed })
  }

  /**
   * A `helo` client keeps a session from before this one was here for as long as it lives, unless
   * it is asked for its key (H-16). Whoever only sends what nobody can open is asked once; and one
   * at a time, or such users would keep this one's own questions waiting.
   */
  #renew(user: string, peer: Peer): void {
    if (this.#renewing || peer.isRenewing) return
    this.#renewing = true
    peer.isRenewing = true
    this.#request(user, peer)
      .then((publicKey) => (peer.isRenewing ? this.learnPublicKey(user, publicKey) : undefined))
      .catch((error: unknown) => {
        peer.isRenewing = false
        if (!(error instanceof ChatError)) throw error
      })
      .finally(() => (this.#renewing = false))
  }

  /**
   * A session key came. One's own is known by its text. What it unwraps to tells the profile: 16
   * bytes in base64 are of `ident`, any text of `helo`, 16 raw bytes of `json`. It may be
   * more than one of them. The one that opens the message is meant.
   */
  async #learn(peer: Peer, wrapped: string): Promise<void> {
    if (peer.keys.withText(wrapped)) return
    const { identity, interop } = this.#options
    const readings: SessionKey[] = []
    for (const profile of [parley1, ...(interop ? [interop.ident, interop.helo, interop.json] : [])]) {
      const raw = await profile.unwrap(wrapped, identity)
      if (raw) readings.push({ profile, raw, wrapped, made: false })
      // Only here the padding proves that it is right.
      if (raw && profile === parley1) break
    }
    for (const key of readings.toReversed()) {
      peer.keys.add(key)
      peer.keys.share(key)
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
