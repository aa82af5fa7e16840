/**
 * Characters that a table may hold, names not counted; a server that sends more than anybody needs
 * must not fill the memory.
 */
const mostCharacters = 16_777_216

/**
 * A text per user, names without regard to case. The oldest are forgotten when there is too much.
 */
export class TextByUser {
  readonly #texts = new Map<string, string>()
  #characters = 0

  get(user: string): string | undefined {
    return this.#texts.get(user.toLowerCase())
  }

  set(user: string, text: string): void {
    this.delete(user)
    this.#texts.set(user.toLowerCase(), text)
    this.#characters += text.length
    for (const oldest of this.#texts.keys()) {
      if (this.#characters <= mostCharacters) break
      this.delete(oldest)
    }
  }

  delete(user: string): void {
    this.#characters -= this.get(user)?.length ?? 0
    this.#texts.delete(user.toLowerCase())
  }
}
