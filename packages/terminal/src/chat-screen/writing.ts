import type { Returned } from '@parley/client/conversations'
import type { Action } from './bindings.ts'
import { Composer } from './composer.ts'
import { lineOf, longest, type InputLine } from './input-line.ts'
import { Leaving } from './leaving.ts'
import type { ViewModel } from './view-model.ts'

export interface Completion {
  readonly candidates: readonly string[]
  readonly index: number
}

export interface WritingParts {
  readonly model: ViewModel
  changed(): void
  leave(): void
  /** Opens a conversation because of what was entered. */
  open(title: string): void
  /** Something was sent: whoever sends it wants to see it. */
  sent(): void
}

/** What is being written, and what becomes of it: completed, sent, given back, or given up by leaving. */
export class Writing {
  completion: Completion | null = null
  readonly leaving = new Leaving()
  readonly #parts: WritingParts
  readonly #composer: Composer

  constructor(parts: WritingParts) {
    const { model } = parts
    this.#parts = parts
    this.#composer = new Composer(() => model.view.open.key, model.drafts)
    model.onReturned((returned) => this.#giveBack(returned))
  }

  /** Of the open conversation. */
  get line(): InputLine {
    return this.#composer.line
  }

  /** A search in what was typed before; null: there is none. */
  get search(): Composer['search'] {
    return this.#composer.search
  }

  /** Something is written in that conversation. */
  isBegun(key: string): boolean {
    return this.#composer.drafts.of(key).line.text !== ''
  }

  /** What is written is there again after a restart. */
  remember(): void {
    this.#composer.drafts.remember()
  }

  type(text: string): void {
    this.#composer.type(text)
    this.#edited()
  }

  /** Nothing is sent by it: its lines are lines of the draft. */
  paste(text: string): void {
    if (!this.#composer.paste(text)) {
      const most = longest.toLocaleString('en')
      this.#parts.model.complain(`what was pasted is too long for one draft of ${most} characters; send it as a file`)
    }
    this.#edited()
  }

  /** false: it is no matter of the input line. */
  edit(action: Action): boolean {
    if (!this.#composer.perform(action)) return false
    this.#edited()
    return true
  }

  /** Puts something else in place of what is written, which `yank` brings back. */
  propose(text: string): void {
    if (this.line.text !== '') this.#composer.cutAll()
    this.#composer.replace(lineOf(text))
    this.#edited()
  }

  complete(step: 1 | -1): void {
    const { text, cursor } = this.line
    const before = this.completion
    const candidates = before?.candidates ?? (cursor === text.length ? this.#parts.model.complete(text) : [])
    if (candidates.length === 0) return
    const from = before?.index ?? (step === 1 ? -1 : 0)
    const index = (from + step + candidates.length) % candidates.length
    this.#composer.replace(lineOf(candidates[index]!))
    // The only one is taken; the next tab completes what comes behind it.
    this.completion = candidates.length === 1 ? null : { candidates, index }
    this.#parts.changed()
  }

  /** What cannot be entered stays where it is, to be written otherwise. What was found by a search is looked at before it is sent. */
  enter(): void {
    if (this.#composer.endSearch(true)) return this.#edited()
    const { model, open, sent, changed } = this.#parts
    const { text } = this.line
    if (text.trim() === '') return
    const { key } = model.view.open
    const entered = model.enter(text)
    this.completion = null
    if (entered.is === 'wrong') return changed()
    // The conversation may have changed by it; the draft is that of the one before.
    this.#composer.take(key)
    sent()
    if (entered.is === 'queued') {
      if (entered.opens !== null) open(entered.opens)
    } else void entered.outcome.then((outcome) => this.#isOver(outcome, { key, text, opens: entered.opens }))
    changed()
  }

  /** Ends what is begun, or stops what waits to be sent. false: there was nothing of that. */
  escape(): boolean {
    const { model } = this.#parts
    const wasBegun = this.#composer.endSearch(false) || this.completion !== null
    this.completion = null
    if (wasBegun) return true
    if (model.view.waiting === 0) return false
    model.takeBack()
    return true
  }

  /** About leaving; null: nobody is about to. */
  get leavingNotice(): string | null {
    return this.leaving.notice(this.#atStake())
  }

  /** Another conversation is opened. */
  turnAway(): void {
    this.completion = null
    this.#composer.endSearch(false)
  }

  /** ^C */
  interrupt(): void {
    const isWritten = this.line.text !== '' && this.search === null
    this.turnAway()
    if (isWritten) this.#composer.cutAll()
    if (this.leaving.interrupt(this.#atStake(), isWritten)) this.#parts.leave()
    this.#parts.changed()
  }

  /** ^D */
  eraseOrLeave(): void {
    if (this.line.text !== '' || this.search) this.edit('erase-forward')
    else if (this.leaving.request(this.#atStake())) this.#parts.leave()
    this.#parts.changed()
  }

  /** Something other than ^C was typed. true: it was the answer to whether to leave. */
  answersLeaving(text: string): boolean {
    const wasAsked = this.leaving.isAsked
    this.leaving.stay()
    if (!wasAsked || !/^[yn]$/i.test(text)) return false
    if (/^y$/i.test(text)) this.#parts.leave()
    this.#parts.changed()
    return true
  }

  /** A command and a text cannot be one draft: one of them would go where the other was meant for. */
  #giveBack({ key, input }: Returned): void {
    if (this.#composer.drafts.giveBack(key, input)) return
    this.#composer.keep(input)
    this.#parts.model.complain('what was not sent is kept, as something else is written here: ^Y inserts it')
  }

  #isOver(
    outcome: 'done' | 'failed' | 'quit',
    { key, text, opens }: { readonly key: string; readonly text: string; readonly opens: string | null },
  ): void {
    const { model, leave, open, changed } = this.#parts
    // Whoever has begun to write something else meanwhile is not disturbed.
    const isUntouched = model.view.open.key === key && this.line.text === ''
    if (outcome === 'quit') leave()
    else if (isUntouched && outcome === 'failed') this.propose(text)
    else if (isUntouched && opens !== null) open(opens)
    changed()
  }

  /** What is lost by leaving: what is under way, and what is written in other conversations. */
  #atStake(): string {
    const { open, talks } = this.#parts.model.view
    const written = this.#composer.drafts.written().filter((key) => key !== open.key)
    const drafts = written.map((key) => `what you wrote to ${talks.find((talk) => talk.key === key)?.label ?? key}`)
    return [this.#parts.model.underWay(), ...drafts].filter((each) => each !== '').join(', ')
  }

  #edited(): void {
    this.completion = null
    this.#parts.changed()
  }
}
