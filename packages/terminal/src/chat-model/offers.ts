import { fail, ok, type Result } from '@parley/core'
import type { Chat, FileOffer, TunnelRequest } from '@parley/client'
import { byteSize } from '../byte-size.ts'
import { cleanLine, type ConversationModel } from '@parley/client/conversations'
import type { Target } from '../forwarding/target.ts'
import type { ChatFiles } from './chat-files.ts'
import type { ChatTunnels } from './chat-tunnels.ts'
import { Invitations, type Invitation, type TakeFailure } from './invitations.ts'

export interface OffersParts {
  readonly chat: Chat
  readonly model: ConversationModel
  readonly files: ChatFiles
  readonly tunnels: ChatTunnels
}

/** Files and tunnels that others offer, until they are accepted or declined. The line that told of one says what became of it. */
export class Offers {
  readonly invitations = new Invitations()
  readonly #parts: OffersParts
  /** By the number of the invitation. */
  readonly #lines = new Map<number, { readonly id: number; readonly what: string }>()

  constructor(parts: OffersParts) {
    this.#parts = parts
    const { chat } = parts
    chat.on('file-offered', (offer) => this.#offered(offer))
    chat.on('tunnel-asked', (request) => this.#asked(request))
    // What was offered over a connection that broke can be taken no more.
    chat.on('reconnected', () => {
      for (const { number } of this.invitations.list) this.#became(number, 'lapsed when the connection broke')
      this.invitations.clear()
    })
  }

  /** Resolves with what is so now, or null where that is told elsewhere; a failure is a sentence. */
  async accept(number: number | null, target: Target | null): Promise<Result<string | null, string>> {
    const only = this.invitations.list.find((each) => number === null || each.number === number)
    // Found out before it is taken: after a wrong command it still waits.
    if (only?.kind === 'tunnel' && !target)
      return fail(`write /accept ${only.number} HOST:PORT, where the tunnel is to lead`)
    const taken = this.invitations.take(number)
    if (!taken.ok) return fail(takeFailures[taken.fail])
    const { value } = taken
    this.#became(value.number, 'accepted')
    if (value.kind === 'file') this.#parts.files.receive(value.offer)
    else if (target) {
      await this.#parts.tunnels.letThrough(value.request, target)
      const user = cleanLine(value.from)
      const closing = '/tunnel list shows it, and its number, by which /tunnel close ends it'
      return ok(`${user} is let through to ${target.host}:${target.port} from now on; ${closing}`)
    }
    return ok(null)
  }

  async decline(number: number | null): Promise<Result<string, string>> {
    const taken = this.invitations.take(number)
    if (!taken.ok) return fail(takeFailures[taken.fail])
    this.#became(taken.value.number, 'declined')
    await declineOf(taken.value)
    return ok(`declined what ${cleanLine(taken.value.from)} offered`)
  }

  #offered(offer: FileOffer): void {
    const size = offer.size === null ? 'of unknown size' : `of ${byteSize(offer.size)}`
    this.#invite(
      offer,
      `offers the file ${cleanLine(offer.name)} ${size}, ${offer.secrecy === 'sealed' ? 'sealed' : 'not sealed'}`,
      (number) => `/accept ${number} or /decline ${number}`,
    )
  }

  #asked(request: TunnelRequest): void {
    if (this.#parts.tunnels.knows(request)) return
    this.#invite(
      request,
      'asks for a tunnel',
      (number) => `/accept ${number} HOST:PORT lets it through to that place, or /decline ${number}`,
    )
  }

  #invite(what: FileOffer | TunnelRequest, words: string, todo: (number: number) => string): void {
    const { chat, model } = this.#parts
    const name = cleanLine(what.from)
    if (chat.can.has('users')) model.roster.set(what.from, true)
    if (model.roster.isIgnored(what.from)) return void what.decline().catch(() => {})
    const invitation = this.invitations.add(what)
    if (!invitation) {
      model.note('warning', `too much is offered at once; what ${name} offered was declined`, `@${name}`)
      return void what.decline().catch(() => {})
    }
    const { number } = invitation
    const id = model.note('event', `${name} ${words}; ${todo(number)}`, `@${name}`)
    this.#lines.set(number, { id, what: `${name} ${words}` })
  }

  #became(number: number, what: string): void {
    const line = this.#lines.get(number)
    if (line) this.#parts.model.revise(line.id, `${line.what}: ${what}`)
    this.#lines.delete(number)
  }
}

function declineOf(invitation: Invitation): Promise<void> {
  return invitation.kind === 'file' ? invitation.offer.decline() : invitation.request.decline()
}

const takeFailures = {
  none: 'nothing is offered to you',
  which: 'several things are offered; write the number behind it',
  'no-such-number': 'nothing with that number is offered',
} satisfies Record<TakeFailure, string>
