import { fail, ok, type Result } from '@parley/core'
import type { FileOffer, TunnelRequest } from '@parley/client'

/** What somebody offers, until it is accepted or declined. */
export type Invitation = { readonly number: number; readonly from: string } & (
  { readonly kind: 'file'; readonly offer: FileOffer } | { readonly kind: 'tunnel'; readonly request: TunnelRequest }
)

/** `which`: there are several and no number was given. */
export type TakeFailure = 'none' | 'which' | 'no-such-number'

/** Somebody may offer as much as they like. */
const most = 32

/** The invitations that wait, each with a number of its own, which is never given again. */
export class Invitations {
  readonly #waiting = new Map<number, Invitation>()
  #nextNumber = 1

  get list(): readonly Invitation[] {
    return [...this.#waiting.values()]
  }

  /** null: there are too many already. */
  add(what: FileOffer | TunnelRequest): Invitation | null {
    if (this.#waiting.size >= most) return null
    const known = { number: this.#nextNumber++, from: what.from }
    const invitation: Invitation =
      'name' in what ? { ...known, kind: 'file', offer: what } : { ...known, kind: 'tunnel', request: what }
    this.#waiting.set(invitation.number, invitation)
    return invitation
  }

  /** Takes one out: the only one, or the one with this number. Nobody gets in between by offering something more. */
  take(number: number | null): Result<Invitation, TakeFailure> {
    if (this.#waiting.size === 0) return fail('none')
    if (number === null && this.#waiting.size > 1) return fail('which')
    const found = number === null ? this.list[0] : this.#waiting.get(number)
    if (!found) return fail('no-such-number')
    this.#waiting.delete(found.number)
    return ok(found)
  }

  clear(): void {
    this.#waiting.clear()
  }
}
