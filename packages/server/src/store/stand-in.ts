import type { UserName } from '@parley/core'

/** Says what stands in for a damaged message. The name is reserved, so nobody else says it. */
export const server = 'Server' as UserName
