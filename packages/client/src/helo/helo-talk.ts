import { heloCodec, type WordLine } from '@parley/protocols'
import type { ChatError } from '../chat.ts'
import { LineTalk } from '../kit/line-talk.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'
import { refusalOf } from './refusals.ts'

/** Who is here; its answer is known by its form. */
const question = 'GET_USERS *all'

/** What exchange a refusal may belong to: none, one about keys and sealed messages, or another one. */
export type Busy = 'idle' | 'sealed' | 'other'

/** `helo`'s exchanges: those that are answered, and those that are answered only when they are refused. */
export class HeloTalk extends LineTalk {
  /** Whether a refusal answers something that was asked long ago, such as a key or a file. */
  isLate: (line: WordLine, during: Busy) => boolean = () => false
  /** It answered something that was asked long ago, and is not to be heard again. */
  #late: WordLine | undefined

  constructor(link: Link, how: SpeakOptions, hear: (line: WordLine) => void) {
    super(link, how, heloCodec, hear)
  }

  /** Resolves with what `read` makes of the first line that is an answer; a refusal rejects. */
  answered<T>(line: string, read: (line: WordLine) => T | ChatError | undefined): Promise<T> {
    return this.exchange({
      lines: [line],
      answer: (heard) => read(heard) ?? this.#refusal(heard, 'other'),
      aside: (heard) => heard === this.#late,
    })
  }

  users(): Promise<readonly string[]> {
    return this.answered(question, listIn)
  }

  /**
   * For what has no reply when it went well (H-5, H-6): the question behind it is answered after any refusal, as a server answers in
   * order.
   */
  async unanswered(line: string, kind: Exclude<Busy, 'idle'> = 'other'): Promise<void> {
    let refusal: ChatError | undefined
    await this.exchange({
      lines: [line, question],
      answer: listIn,
      aside: (heard) => {
        refusal ??= this.#refusal(heard, kind)
        return refusalOf(heard) !== undefined
      },
    })
    if (refusal) throw refusal
  }

  #refusal(heard: WordLine, during: Busy): ChatError | undefined {
    const refusal = refusalOf(heard)
    if (!refusal || !this.isLate(heard, during)) return refusal
    this.#late = heard
    return undefined
  }
}

/** H-4: `+SUCCESS [ann, bob, unknown]`, or with quotes, as a server in the field has it: `+SUCCESS ['ann', 'bob']`. */
function listIn({ word, rest }: WordLine): readonly string[] | undefined {
  const [, list] = (word === '+SUCCESS' && /^\[(.*)\]$/.exec(rest)) || []
  return list
    ?.split(',')
    .map((name) => name.trim().replace(/^'(.*)'$/, '$1'))
    .filter((name) => name !== '')
}
