import type { Address, ChatEvent } from '../events.ts'
import type { Cancel } from './clock.ts'

/**
 * Carries events between the nodes of a server; never bytes, never commands.
 * Promises: at most once; in order per publisher; never back to the node that published.
 */
export interface Bus {
  publish(address: Address, event: ChatEvent): void
  subscribe(hear: (address: Address, event: ChatEvent) => void): Cancel
  close(): void
}
