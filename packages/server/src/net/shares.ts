import { keyOf, type UserName } from '@parley/core'
import { addressGroup, isLoopback } from '../address.ts'

/**
 * Whose share of rates and room somebody has a part of: an account's own, a guest's the address's,
 * so that coming back under another name renews nothing. On loopback, where all users share an
 * address, a guest's is the name's.
 */
export function shareOf(name: UserName, registered: boolean, address: string): string {
  if (registered) return `account ${keyOf(name)}`
  return isLoopback(address) ? `guest ${keyOf(name)}` : `address ${addressGroup(address)}`
}
