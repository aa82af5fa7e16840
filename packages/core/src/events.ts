import type { UserName } from './names.ts'

/** What the core tells the world: plain data that can cross a bus as JSON. A wire turns it into bytes. */
export type ChatEvent =
  | { readonly kind: 'user-joined'; readonly user: UserName }
  | { readonly kind: 'user-left'; readonly user: UserName }
  | { readonly kind: 'broadcast'; readonly from: UserName; readonly text: string }
  | { readonly kind: 'private-message'; readonly from: UserName; readonly to: UserName; readonly text: string }

/** Who is meant by an event. `but` names the user who caused it and does not hear it. */
export type Address = { readonly to: 'everyone'; readonly but: UserName }

export type EventKind = ChatEvent['kind']
