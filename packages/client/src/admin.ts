/** Looks after the server, for the holder of an admin's account. */
export interface Admin {
  /** Whether this account may; false as well where there is no connection. */
  isAdmin(): boolean
  /**
   * Asks in the words of the protocol, without `admin-`, and resolves with the members of the reply.
   * Rejects with a ChatError in the server's words where it is refused.
   */
  ask(what: string, members?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
}
