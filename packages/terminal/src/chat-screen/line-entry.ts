import type { Outcome, Talk } from '../chat-model/talk.ts'
import { parseInput, type Action } from '../chat-model/parse-input.ts'
import { linesOf } from '../message-lines.ts'

/** What became of what was entered, and the conversation that is to be seen because of it. */
export type Entered =
  /** Nothing: why is shown, and it is to be written otherwise. */
  | { readonly is: 'wrong' }
  /** It is on its way; it may be given back later. */
  | { readonly is: 'queued'; readonly opens: string | null }
  | { readonly is: 'command'; readonly opens: string | null; readonly outcome: Promise<Outcome> }

/** Takes a whole input: text goes to the conversation that is open at this moment, whatever is opened a moment later. */
export class LineEntry {
  readonly #talk: Talk

  constructor(talk: Talk) {
    this.#talk = talk
  }

  /** A command, or text of which every line is a message. What begins with two slashes is said with one. */
  enter(input: string): Entered {
    const { model } = this.#talk
    if (!input.startsWith('/')) return this.#say(model.open.title, input)
    if (input.startsWith('//')) return this.#say(model.open.title, input.slice(1))
    const parsed = parseInput(input)
    if (!parsed) return { is: 'wrong' }
    const action = parsed.ok ? parsed.action : null
    if (action?.do === 'msg') return this.#say(`@${action.name}`, action.text)
    if (action?.do === 'group say') return this.#say(`#${action.name}`, action.text)
    if (action?.do === 'me') return this.#say(model.open.title, `* ${this.#talk.chat.me} ${action.text}`)
    if (action?.do === 'query' && action.text !== null) {
      const said = this.#say(`@${action.name}`, action.text)
      return said.is === 'queued' ? { ...said, opens: `@${action.name}` } : said
    }
    if (linesOf(input).length > 1) {
      return this.#wrong('a command is one line; begin with // to say all of it as text')
    }
    if (!parsed.ok) return this.#wrong(parsed.message)
    return { is: 'command', opens: this.#opens(parsed.action), outcome: this.#talk.enter(input) }
  }

  /** Whoever sends a file wants to see what comes of it. */
  #opens(action: Action): string | null {
    return action.do === 'file' ? this.#ifKnown(`@${action.name}`) : null
  }

  #say(title: string, text: string): Entered {
    const { model, outgoing, chat } = this.#talk
    if (title !== 'everybody' && !/^\S+$/.test(title.slice(1))) {
      return this.#wrong('nobody can be written to here: the server did not say a name')
    }
    if (chat.state === 'closed') return this.#wrong('nothing can be sent any more: the conversation has ended')
    const lines = linesOf(text)
    if (lines.length === 0) return { is: 'wrong' }
    const opens = title === model.open.title ? null : this.#ifKnown(title)
    for (const line of lines) outgoing.add(title, line, opens ?? model.open.title)
    return { is: 'queued', opens }
  }

  /** A name that was mistyped makes no conversation. */
  #ifKnown(title: string): string | null {
    return this.#talk.model.knows(title) ? title : null
  }

  #wrong(message: string): Entered {
    const { model } = this.#talk
    model.note('error', message, model.open.title)
    return { is: 'wrong' }
  }
}
