import { cleanLine } from '../clean-text.ts'
import type { ConversationModel } from './conversation-model.ts'
import { Names, keyOf } from './names.ts'

/** Users whose key has changed and was not accepted. What is said of it goes when it is accepted. */
export class KeyAlarms {
  readonly #model: Pick<ConversationModel, 'note' | 'revise' | 'open'>
  readonly #hasPlaces: boolean
  readonly #acceptKeyHint: (user: string) => string
  readonly #distrusted = new Names()
  readonly #lines = new Map<string, { readonly told: number; readonly hint: number | null }>()

  /** `hasPlaces`: one conversation is seen at a time. */
  constructor(
    model: Pick<ConversationModel, 'note' | 'revise' | 'open'>,
    { hasPlaces, acceptKeyHint }: { readonly hasPlaces: boolean; readonly acceptKeyHint: (user: string) => string },
  ) {
    this.#model = model
    this.#hasPlaces = hasPlaces
    this.#acceptKeyHint = acceptKeyHint
  }

  distrusts(user: string): boolean {
    return this.#distrusted.has(user)
  }

  raise(user: string, safetyNumber: string): void {
    const name = cleanLine(user)
    const title = `@${name}`
    const { open } = this.#model
    this.accept(user)
    this.#distrusted.set(user, true)
    // Whoever looks elsewhere must not overlook it.
    const isSeen = !this.#hasPlaces || open.key === keyOf(title)
    const hint = isSeen ? null : this.#model.note('warning', `the key of ${name} has changed: see ${title}`, open.title)
    const told = this.#model.note(
      'warning',
      `THE KEY OF ${name} HAS CHANGED. Either ${name} has a new client, or somebody sits between you.\n` +
        `Nothing more is sent to ${name}. Ask, by another way, whether this is the number seen there:\n` +
        `${safetyNumber}\nIf it is, ${this.#acceptKeyHint(name)}.`,
      title,
    )
    this.#lines.set(keyOf(user), { told, hint })
  }

  accept(user: string): void {
    const lines = this.#lines.get(keyOf(user))
    this.#distrusted.set(user, false)
    this.#lines.delete(keyOf(user))
    if (!lines) return
    this.#model.revise(lines.told, `the key of ${cleanLine(user)} changed; a new one came or was accepted`)
    if (lines.hint !== null) this.#model.revise(lines.hint, null)
  }
}
