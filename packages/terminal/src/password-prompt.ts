import { fail, ok, type Result } from '@parley/core'
import type { Streams } from './streams.ts'

export type AskFailure = 'cancelled' | 'different'

/** Asks twice on a terminal, without echo. The questions go to `errors`, so that `output` holds results only. */
export async function askNewPassword(streams: Streams): Promise<Result<string, AskFailure>> {
  const answers = await askHidden(streams, ['New password: ', 'The same again: '])
  if (!answers) return fail('cancelled')
  return answers[0] === answers[1] ? ok(answers[0]!) : fail('different')
}

/** One answer per question; null: Ctrl-C, Ctrl-D or the end of the input came instead. */
function askHidden({ input, errors }: Streams, questions: readonly string[]): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder()
    const answers: string[] = []
    let line = new HiddenLine()

    const end = (result: readonly string[] | null) => {
      input.off('data', typed)
      input.off('end', ended)
      input.setRawMode?.(false)
      input.pause()
      resolve(result)
    }
    const ended = () => end(null)
    const typed = (chunk: Uint8Array) => {
      for (const character of decoder.decode(chunk, { stream: true })) {
        const outcome = line.type(character)
        if (outcome === 'more') continue
        errors.write('\n')
        if (outcome === 'cancelled') return end(null)
        answers.push(line.text)
        if (answers.length === questions.length) return end(answers)
        line = new HiddenLine()
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

/** What has been typed of a line, in raw mode: the keys that a terminal would have looked after itself. */
class HiddenLine {
  #characters: string[] = []
  /** Within an escape sequence, such as an arrow key sends; it types nothing. */
  #escape: 'none' | 'started' | 'open' = 'none'

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
        this.#characters.pop()
        return 'more'
      case '\u0015': // Ctrl-U
        this.#characters = []
        return 'more'
      default:
        this.#characters.push(character)
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
