/** A word for all who may read a conversation. */
export function conversationScope(id: number): string {
  return `c${id}`
}

/** A word for one of the two of a private conversation. */
export function userScope(key: string): string {
  return `u${Buffer.from(key).toString('hex')}`
}
