import { keyOf, type Command, type Community, type NodeId } from '@parley/core'
import { addressGroup } from '../address.ts'
import type { KnownAddresses } from '../passwords/known-addresses.ts'
import { isFree, type UserRates } from './rates.ts'
import type { SignInTurns } from './sign-in-turns.ts'

export interface CountedElsewhereParts {
  readonly community: Pick<Community, 'users'>
  readonly rates: UserRates
  readonly signIns: SignInTurns
  readonly known: KnownAddresses
  /** This one. */
  node(): NodeId
}

/**
 * Counts here what was done at the other nodes of a cluster, as the log tells it: who is connected to
 * two of them has no more messages than others, and who moves from one to another is known there.
 * One of them counts before it hears of the others, so a few more may slip through.
 */
export class CountedElsewhere {
  readonly #parts: CountedElsewhereParts

  constructor(parts: CountedElsewhereParts) {
    this.#parts = parts
  }

  /** To be called with every command that was applied. */
  applied(command: Command, result: { readonly ok: boolean; readonly value?: unknown }): void {
    if (!result.ok) return
    if (command.do === 'arrive') return this.#arrived(command)
    if (!('withinRate' in command) || isFree(result)) return
    const connection = this.#parts.community.users.connection(command.connection)
    if (!connection || connection.node === this.#parts.node()) return
    this.#parts.rates.bucketOf(command.do, connection.share)?.take()
  }

  #arrived({ node, name, proof, address }: Extract<Command, { do: 'arrive' }>): void {
    if (node === this.#parts.node()) return
    this.#parts.signIns.tookTurn(address)
    if (proof && proof.device === undefined) this.#parts.known.add(keyOf(name), addressGroup(address))
  }
}
