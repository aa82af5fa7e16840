import type { GroupName, UserName } from './names.ts'

/** What the core tells the world: plain data that can cross a bus as JSON. A wire turns it into bytes. */
export type ChatEvent =
  | { readonly kind: 'user-joined'; readonly user: UserName }
  | { readonly kind: 'user-left'; readonly user: UserName }
  | { readonly kind: 'broadcast'; readonly from: UserName; readonly text: string }
  | { readonly kind: 'private-message'; readonly from: UserName; readonly to: UserName; readonly text: string }
  | { readonly kind: 'group-message'; readonly group: GroupName; readonly from: UserName; readonly text: string }
  /** To the members who stay. */
  | { readonly kind: 'group-member-kicked'; readonly group: GroupName; readonly user: UserName }
  /** To the one who was kicked. */
  | { readonly kind: 'kicked-from-group'; readonly group: GroupName }
  /** To the one who inherits it. */
  | { readonly kind: 'group-inherited'; readonly group: GroupName }
  | { readonly kind: 'game-announced'; readonly by: UserName }
  /** To the players; so are the next two. */
  | {
      readonly kind: 'game-started'
      readonly players: readonly UserName[]
      readonly lowest: number
      readonly highest: number
    }
  | { readonly kind: 'game-cancelled' }
  /** In ascending order of time, whole milliseconds. `ms` null: did not finish; those come last. */
  | {
      readonly kind: 'game-finished'
      readonly results: readonly { readonly user: UserName; readonly ms: number | null }[]
    }
  /** `number`: chosen by the asker; with the two names it identifies the tunnel. */
  | { readonly kind: 'tunnel-asked'; readonly asker: UserName; readonly asked: UserName; readonly number: number }
  | { readonly kind: 'tunnel-accepted'; readonly asker: UserName; readonly asked: UserName; readonly number: number }
  | { readonly kind: 'tunnel-aborted'; readonly asker: UserName; readonly asked: UserName; readonly number: number }

/** Who is meant by an event. `but` names the user who caused it and does not hear it. */
export type Address = { readonly to: 'everyone'; readonly but: UserName }

export type EventKind = ChatEvent['kind']
