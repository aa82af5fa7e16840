import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConversationModel, Line, LineKind } from '@parley/client/conversations'
import { plainLine } from './chat-model/plain-line.ts'
import { safeFileName } from './file-names.ts'

/** What is kept: what was said, and what happened to one conversation, and not what somebody looked up. */
const kept = {
  broadcast: true,
  private: true,
  group: true,
  mailbox: true,
  event: true,
  warning: true,
  answer: false,
  error: false,
  wire: false,
  unsent: false,
} satisfies Record<LineKind, boolean>

export interface LogPlace {
  readonly directory: string
  /** `host:port` */
  readonly server: string
  readonly me: string
}

/**
 * Keeps conversations in files, one for each, below a directory of the server and one of the user: a line of the conversation as `--plain` prints it, behind
 * its time. What was sealed stands there open, so the files can be read by their owner alone. Where they cannot be written, that is said once and no more is
 * kept.
 */
export class ConversationLog {
  readonly #model: ConversationModel
  readonly #directory: string
  readonly #pending = new Map<string, string>()
  readonly #forget: () => void
  #writing: Promise<void> | null = null
  #isBroken = false

  constructor(model: ConversationModel, { directory, server, me }: LogPlace) {
    this.#model = model
    this.#directory = join(directory, safeFileName(server.replaceAll(':', '_')), safeFileName(me.toLowerCase()))
    for (const line of model.lines) this.#keep(line)
    this.#forget = model.subscribe((line) => line && this.#keep(line))
  }

  /** Resolves when all of it is written. */
  async close(): Promise<void> {
    this.#forget()
    await this.#writing
  }

  #keep(line: Line): void {
    if (!kept[line.kind] || this.#isBroken || isPassing(line)) return
    const name = line.conversation === 'all' ? 'everybody.log' : `${safeFileName(line.conversation)}.log`
    const row = `${new Date(line.at).toISOString()} ${plainLine(line)}\n`
    this.#pending.set(name, (this.#pending.get(name) ?? '') + row)
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 })
      for (let next = this.#next(); next; next = this.#next()) {
        await appendFile(join(this.#directory, next.name), next.text, { mode: 0o600 })
      }
    } catch (error) {
      this.#isBroken = true
      this.#pending.clear()
      const why = (error as NodeJS.ErrnoException).code ?? 'unknown'
      this.#model.note(
        'warning',
        `conversations cannot be kept in ${this.#directory} (${why}); no more is written there`,
      )
    } finally {
      this.#writing = null
    }
  }

  #next(): { readonly name: string; readonly text: string } | null {
    const [first] = this.#pending
    if (!first) return null
    this.#pending.delete(first[0])
    return { name: first[0], text: first[1] }
  }
}

/** Who comes and goes, and how the connection does. */
function isPassing({ kind, conversation }: Line): boolean {
  return kind === 'event' && conversation === 'all'
}
