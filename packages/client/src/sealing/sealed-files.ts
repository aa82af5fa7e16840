import { safeName } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { FileOffer, FileSource, IncomingFile, SealingChoice, Suspicion } from '../features.ts'
import type { Conversations } from './conversations.ts'
import { isAuthenticating, refusalOf } from './opening.ts'
import { openFile, sealFile, sizeInside, suffix } from './sealed-file.ts'
import type { SessionMemory } from './session-memory.ts'

/** How long a file waits for the key of somebody who was never seen to have one. */
const keyMs = 3_000

export interface SealedFilesParts {
  readonly conversations: Conversations
  readonly memory: SessionMemory
  readonly clock: Clock
  readonly now: () => number
}

/** Files to and from users whose programs seal by `parley-2`. */
export class SealedFiles {
  readonly #parts: SealedFilesParts

  constructor(parts: SealedFilesParts) {
    this.#parts = parts
  }

  /**
   * The file in an envelope; null: it goes as it is, as their program opens none. Never null for
   * somebody whose program is known to seal: then it rejects where their key does not come.
   */
  async seal(user: string, file: FileSource, how: Exclude<SealingChoice, 'plain'>): Promise<FileSource | null> {
    const { conversations, now } = this.#parts
    const { writer } = conversations
    const pinned = await conversations.pinned(user)
    const mayBePlain = how !== 'sealed' && !(writer && isAuthenticating(pinned))
    const cannotOpen = !writer || (pinned !== null && !isAuthenticating(pinned))
    const reader = cannotOpen ? null : await (mayBePlain ? this.#soon(user) : conversations.reader(user))
    const sealed = writer && reader && (await sealFile(file, writer, reader, now()))
    if (!sealed && !mayBePlain) {
      throw new ChatError('not-sealable', `the program of ${user} opens no sealed files; nothing was sent`)
    }
    return sealed
  }

  /** An offer as the program is to see it, and what is odd about it. */
  async hear(offer: FileOffer): Promise<{ readonly offer: FileOffer; readonly suspicion: Suspicion | null }> {
    const { conversations } = this.#parts
    const isEnvelope = offer.name.endsWith(suffix)
    if (conversations.writer && isEnvelope) return { offer: this.#opened(offer), suspicion: null }
    const isOdd = conversations.writer !== null && isAuthenticating(await conversations.pinned(offer.from))
    const reason = `the file ${offer.name} that came as from ${offer.from} is not sealed, though their program seals`
    return { offer: { ...offer, secrecy: 'plain' }, suspicion: isOdd ? { alarm: 'downgraded', reason } : null }
  }

  #opened(offer: FileOffer): FileOffer {
    return {
      from: offer.from,
      name: offer.name.slice(0, -suffix.length),
      size: offer.size === null ? null : sizeInside(offer.size),
      secrecy: 'sealed',
      accept: async () => this.#open(offer, await offer.accept()),
      decline: () => offer.decline(),
    }
  }

  async #open({ from, name }: FileOffer, file: IncomingFile): Promise<IncomingFile> {
    const { conversations, memory, now } = this.#parts
    let isWhole = false
    const read = async function* (): AsyncGenerator<Uint8Array> {
      const [me, sender] = [conversations.writer, await conversations.reader(from)]
      if (!me || !sender) throw new ChatError('sealing-failed', `the program of ${from} does not seal files`)
      const opened = await openFile(file.bytes, sender, me)
      const shown = name.slice(0, -suffix.length)
      if (safeName(opened.name) !== safeName(shown)) {
        throw new ChatError('sealing-failed', `${from} sealed another file under this name: ${opened.name}`)
      }
      const refusal = refusalOf(
        await memory.judge({ session: opened.session, sender: sender.publicKey, counter: 0 }, now()),
        from,
      )
      if (refusal) throw new ChatError('sealing-failed', `the file that came as from ${from}: ${refusal.reason}`)
      yield* opened.bytes
      isWhole = true
    }
    return { bytes: read(), verify: async () => (await file.verify()) && isWhole }
  }

  /** null: no key came in time, or there is none. */
  async #soon(user: string): ReturnType<Conversations['reader']> {
    const late = Promise.withResolvers<null>()
    const cancel = this.#parts.clock.after(keyMs, () => late.resolve(null))
    const asked = this.#parts.conversations.reader(user).catch((error: unknown) => {
      // A key that came and cannot be trusted is a reason to send nothing.
      const isThere = error instanceof ChatError && ['key-changed', 'sealing-failed'].includes(error.code)
      if (isThere || !(error instanceof ChatError)) throw error
      return null
    })
    try {
      return await Promise.race([asked, late.promise])
    } finally {
      cancel()
    }
  }
}
