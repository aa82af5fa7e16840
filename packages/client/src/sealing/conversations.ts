import { ChatError } from '../chat-error.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Keys, Secrecy } from '../features.ts'
import type { SayOptions } from '../stamp.ts'
import type { HeardProfiles } from './heard-profiles.ts'
import { sealingKeys } from './identity.ts'
import { hexOf, isSame } from './binding.ts'
import { carriedKey } from './key-carrier.ts'
import type { Opened } from './opened.ts'
import {
  downgraded,
  forged,
  isAuthenticating,
  learnKey,
  openByAnyKey,
  openProved,
  refusalOf,
  suspicionOf,
  withoutDeleted,
} from './opening.ts'
import { claimedSender, type Reader, type Writer } from './parley-2.ts'
import { PeerKeys, type PeerKeysOptions } from './peer-keys.ts'
import type { Peer } from './peer.ts'
import { openStored } from './sealed-history.ts'
import { profileFor } from './profile-choice.ts'
import type { InteropProfiles, InteropProtocol, Pair, Profile } from './profile.ts'
import type { SessionMemory } from './session-memory.ts'

/**
 * A program that begins at the same moment keeps the key that it made, and can open nothing under
 * another (H-8): so its key gets this long to come first.
 */
const beginsTogetherMs = 250

export interface SealingOptions extends PeerKeysOptions {
  readonly me: string
  readonly heard: HeardProfiles
  readonly memory: SessionMemory
  /** Absent: the system's. */
  readonly clock?: Clock
  /** Absent: only `parley-1` is used. */
  readonly interop?: InteropProfiles | undefined
  /** Which of them opens what is sent to a key that does not tell. */
  readonly assumed?: InteropProtocol | undefined
}

/**
 * The sealed side of all conversations of one session: which key, which profile, and whether to
 * trust it.
 */
export class Conversations {
  readonly #options: SealingOptions
  readonly #wire: Keys
  readonly #keys: PeerKeys
  readonly #writer: Writer | null

  constructor(wire: Keys, options: SealingOptions) {
    this.#wire = wire
    this.#options = options
    this.#keys = new PeerKeys(wire, options)
    const keys = sealingKeys(options.identity)
    this.#writer = keys && { name: options.me, keys }
  }

  /**
   * Sends sealed, or rejects: `not-sealable`, `key-changed`, `profile-unknown`, `sealing-failed`,
   * or what the server said.
   */
  send(user: string, text: string, options?: SayOptions): Promise<Exclude<Secrecy, 'plain'>> {
    const peer = this.#keys.of(user)
    return peer.sending.run(() => this.#send(user, peer, text, options))
  }

  async #send(
    user: string,
    peer: Peer,
    text: string,
    options: SayOptions | undefined,
  ): Promise<Exclude<Secrecy, 'plain'>> {
    const publicKey = await this.#keys.trusted(user, peer)
    const sealingKey = carriedKey(publicKey)
    if (this.#writer && sealingKey) {
      return this.#sendProved(this.#writer, { name: user, publicKey: sealingKey }, text, options)
    }
    const profile = await this.#profileFor(user, peer, publicKey)
    const latest = () => (profile.keyPerMessage ? undefined : peer.keys.latest(profile))
    let key = latest()
    if (!key && profile.secrecy === 'weak' && !profile.keyPerMessage) {
      await peer.keys.nextOfTheirs(this.#options.clock ?? systemClock, beginsTogetherMs)
      key = latest()
    }
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

  async #sendProved(writer: Writer, to: Reader, text: string, options: SayOptions | undefined): Promise<'sealed'> {
    const { memory } = this.#options
    const { sessions } = this.#keys.of(to.name)
    const start = { previous: memory.tail(to.name), program: memory.program }
    const tail = await sessions.send(writer, to, text, start, (message, token, isFresh) =>
      this.#wire.send(to.name, message, token, isFresh, options),
    )
    if (!tail) return cannotWrap(new Error('nothing can be sealed for it'))
    memory.setTail(to.name, tail)
    return 'sealed'
  }

  /** null: this user's identity is from before `parley-2`. */
  get writer(): Writer | null {
    return this.#writer
  }

  /** The key of that user that was seen first, or accepted. */
  pinned(user: string): Promise<string | null> {
    return this.#keys.pinned(user)
  }

  /** Whether a key of that user was ever seen on this server, or anything sealed passed. */
  isKnown(user: string): Promise<boolean> {
    return this.#keys.isKnown(user)
  }

  /**
   * Opens what passed between that user and this one before, or was written on another device.
   * Whatever comes of it, nobody is asked for anything. `from`: that user, or this one.
   */
  async reopen(from: string, user: string, message: string, wrapped: string | null): Promise<Opened> {
    const { me, identity, interop } = this.#options
    const isTheirs = from.toLowerCase() === user.toLowerCase()
    const to = isTheirs ? me : user
    const pinned = await this.#keys.pinned(user)
    const stored = wrapped === null ? null : { from, to, message, token: wrapped }
    const opened = stored && (await openStored(stored, me, identity, pinned))
    if (opened && !(isTheirs && opened.seal.profile !== 'parley-2' && this.#isProving(pinned))) {
      return { ok: true, ...opened, secrecy: 'sealed', isChecked: opened.seal.isProved }
    }
    if (opened) return downgraded(from)
    if (isTheirs && wrapped !== null && this.#isForged(wrapped, pinned)) return forged(from)
    const peer = this.#keys.of(user)
    if (wrapped !== null) await learnKey(peer, wrapped, identity, interop)
    const old = await openByAnyKey(peer, message, this.#pair(user))
    if (!old) return { ok: false, reason: 'none of the keys that this device has opens it' }
    if (isTheirs && this.#isProving(pinned)) return downgraded(from)
    const { profile } = old.key
    const seal = { profile: profile.name, isProved: false }
    return { ok: true, text: old.text, secrecy: profile.secrecy, isChecked: peer.isChecked, seal }
  }

  /**
   * Opens what was sent before this program listened, as its server gives it when it signs in. It is
   * neither stale nor a repetition, however old it is; what is missing is told as of any other.
   */
  async catchUp(from: string, message: string, wrapped: string | null): Promise<Opened> {
    const opened = await this.reopen(from, from, message, wrapped)
    const peer = this.#keys.of(from)
    if (!opened.ok || !opened.place) return opened
    const { memory, now } = this.#options
    const verdict = await memory.judge({ ...opened.place, isPast: true }, now())
    const refusal = refusalOf(verdict, from)
    if (refusal) return { ok: false, ...refusal }
    if (!opened.isChecked) {
      peer.claimed ??= hexOf(opened.place.sender)
      this.#keys.introduce(from, peer)
    }
    const suspicion = suspicionOf(withoutDeleted(verdict, peer), from)
    return { ...opened, ...(suspicion && { suspicion }) }
  }

  /**
   * Opens what this user wrote on another device. The key of whoever it went to is asked for where it
   * is not known: it takes part in the key of the session.
   */
  async reopenOwn(to: string, message: string, wrapped: string | null): Promise<Opened> {
    if ((await this.#keys.pinned(to)) === null) await this.reader(to).catch(isRefusal)
    return this.reopen(this.#options.me, to, message, wrapped)
  }

  /** A message of that user came as deleted: what it said is not missing. */
  deleted(user: string): void {
    this.#keys.of(user).deleted++
  }

  /** The program of whoever has that key proves what it writes, and this one can tell. */
  #isProving(pinned: string | null): boolean {
    return this.#writer !== null && isAuthenticating(pinned)
  }

  /** A session key that says itself that somebody else made it. */
  #isForged(wrapped: string, pinned: string | null): boolean {
    const [claimed, known] = [claimedSender(wrapped), pinned === null ? null : carriedKey(pinned)]
    return this.#writer !== null && claimed !== null && known !== null && !isSame(claimed, known)
  }

  /** A public key came, asked for or not. */
  learnPublicKey(user: string, publicKey: string): Promise<void> {
    return this.#keys.learn(user, publicKey)
  }

  /** The other side has forgotten this client, or is somebody else under the same name (H-16). */
  endSession(user: string): void {
    this.#keys.endSession(user)
  }

  /** whoever comes back under that name makes a new start. */
  forget(user: string): void {
    this.#keys.forget(user)
  }

  safetyNumber(user: string): Promise<string> {
    return this.#keys.safetyNumber(user)
  }

  acceptKey(user: string): Promise<void> {
    return this.#keys.acceptKey(user)
  }

  /** Rejects as `send` does; null: their program does not seal by `parley-2`. */
  async reader(user: string): Promise<Reader | null> {
    const publicKey = carriedKey(await this.#keys.trusted(user, this.#keys.of(user)))
    return publicKey && { name: user, publicKey }
  }

  async receive(from: string, message: string, wrapped: string | null): Promise<Opened> {
    const peer = this.#keys.of(from)
    const { memory, now } = this.#options
    const pinned = await this.#keys.pinned(from)
    const sealed = { from, message, token: wrapped, pinned }
    const opened =
      (this.#writer && (await openProved(sealed, peer, { me: this.#writer, memory, now: now() }))) ??
      (await this.#openUnproved(from, peer, message, wrapped, pinned))
    if (opened.ok) peer.isRenewing = false
    const isOfNobody = !opened.ok && opened.alarm === 'forged'
    if ((opened.ok && opened.secrecy === 'sealed' && !opened.isChecked) || isOfNobody) this.#keys.introduce(from, peer)
    return opened
  }

  /** By `parley-1` or an interop profile. */
  async #openUnproved(
    from: string,
    peer: Peer,
    message: string,
    wrapped: string | null,
    pinned: string | null,
  ): Promise<Opened> {
    const { identity, interop, heard } = this.#options
    if (wrapped !== null) await learnKey(peer, wrapped, identity, interop)
    const opened = await openByAnyKey(peer, message, this.#pair(from))
    if (!opened) return this.#unreadable(from, peer, wrapped)
    if (this.#writer && isAuthenticating(pinned)) return downgraded(from)
    const { profile } = opened.key
    peer.heard = profile
    if (peer.publicKey !== null) heard.set(peer.publicKey, profile)
    const seal = { profile: profile.name, isProved: false }
    return { ok: true, text: opened.text, secrecy: profile.secrecy, isChecked: peer.isChecked, seal }
  }

  #unreadable(from: string, peer: Peer, wrapped: string | null): Opened {
    const why = wrapped === null ? 'no key for it was ever handed over' : 'none of the keys that are known opens it'
    if (this.#wire.askingEndsSession) this.#keys.renew(from, peer)
    const hope = `${from}'s program was asked to begin a new session; ask ${from} to write it again`
    return { ok: false, reason: peer.isRenewing ? `${why}; ${hope}` : why }
  }

  #profileFor(user: string, peer: Peer, publicKey: string): Promise<Profile> {
    const { heard, interop, assumed } = this.#options
    if (peer.heard) heard.set(publicKey, peer.heard)
    return profileFor(user, publicKey, { heard: heard.get(publicKey), interop, assumed })
  }

  #pair(user: string): Pair {
    return [this.#options.me, user]
  }
}

/** Without the key the message stays closed. */
function isRefusal(error: unknown): null {
  if (error instanceof ChatError) return null
  throw error
}

/** Too small, for example, to take a session key. */
function cannotWrap(cause: unknown): never {
  throw new ChatError('sealing-failed', 'no session key can be encrypted to the key that came; nothing was sent', {
    cause,
  })
}
