import type { FileNotice } from './files.ts'

/**
 * What the core says to one connection whose session has to remember or to answer something. Unlike an event it is not turned into
 * bytes by a wire and not shared.
 */
export type Notice = FileNotice

/** What a connection's protocol can do beyond plain talk. Asked before it is offered something. */
export type Ability = 'tunnels'
