import { fail, ok, type Result } from '@parley/core'
import type { Streams } from './streams.ts'

export type AskFailure = 'cancelled' | 'different'

/** Asks twice on a terminal, without echo. The questions go to `errors`, so that `output` holds results only. */
export async function askNewPassword(streams: Streams): Promise<Result<string, AskFailure>> {
  const answers = await askLines(streams, ['New password: ', 'The same again: '], 'hidden')
  if (!answers) return fail('cancelled')
  return answers[0] === answers[1] ? ok(answers[0]!) : fail('different')
}

/**
 * One answer per question, asked on a terminal; null: Ctrl-C, Ctrl-D or the end of the input came instead. What was
 * typed behind the last answer stays in the input.
 */
export function askLines(
  { input, errors }: Streams,
  questions: readonly string[],
  echo: 'hidden' | 'shown',
): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder()
    const answers: string[] = []
    const show = echo === 'shown' ? (text: string) => void errors.write(text) : () => {}
    let line = new TypedLine(show)

    const end = (result: readonly string[] | null) => {
      input.off('data', typed)
      input.off('end', ended)
      input.setRawMode?.(false)
      input.pause()
      resolve(result)
    }
    const ended = () => end(null)
    const typed = (chunk: Uint8Array) => {
      const characters = Array.from(decoder.decode(chunk, { stream: true }))
      for (const [index, character] of characters.entries()) {
        const outcome = line.type(character)
        if (outcome === 'more') continue
        errors.write('\n')
        if (outcome === 'cancelled') return end(null)
        answers.push(line.text)
        if (answers.length === questions.length) {
          end(answers)
          const rest = characters.slice(index + 1).join('')
          if (rest !== '') input.unshift(Buffer.from(rest))
          return
        }
        line = new TypedLine(show)
        errors.write(questions[answers.length]!)
      }
    }

    input.setRawMode?.(true)
    input.on('data', typed)
    input.on('end', ended)
    errors.write(questions[0]!)
    input.resume()
  })
}

/** Back by one column, over it, and back again. */
const erase = '\b \b'

/** What has been typed of a line, in raw mode: the keys that a terminal would have looked after itself. */
class TypedLine {
  readonly #show: (text: string) => void
  #characters: string[] = []
  /** Within an escape sequence, such as an arrow key sends; it types nothing. */
  #escape: 'none' | 'started' | 'open' = 'none'

  constructor(show: (text: string) => void) {
    this.#show = show
  }

  get text(): string {
    return this.#characters.join('')
  }

  type(character: string): 'more' | 'done' | 'cancelled' {
    if (this.#escaped(character)) return 'more'
    switch (character) {
      case '\r':
      case '\n':
        return 'done'
      case '\u0003': // Ctrl-C
        return 'cancelled'
      case '\u0004': // Ctrl-D
        return this.#characters.length === 0 ? 'cancelled' : 'more'
      case '\u007f':
      case '\b':
        if (this.#characters.pop() !== undefined) this.#show(erase)
        return 'more'
      case '\u0015': // Ctrl-U
        this.#show(erase.repeat(this.#characters.length))
        this.#characters = []
        return 'more'
      default:
        this.#characters.push(character)
        if (character >= ' ') this.#show(character)
        return 'more'
    }
  }

  #escaped(character: string): boolean {
    if (character === '\u001b') {
      this.#escape = 'started'
      return true
    }
    if (this.#escape === 'none' || character < ' ') {
      this.#escape = 'none'
      return false
    }
    // ESC [ and ESC O open a sequence that a letter or ~ ends; ESC and anything else is complete.
    if (this.#escape === 'started') this.#escape = character === '[' || character === 'O' ? 'open' : 'none'
    else if (/[@-~]/.test(character)) this.#escape = 'none'
    return true
  }
}
