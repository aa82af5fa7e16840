import type { Named, Said } from './keepable.ts'
import type { ConnectionId, GroupName, UserName } from './names.ts'
import type { Rated } from './rated.ts'
import type { Result } from './result.ts'
import type { Text } from './text.ts'

interface OfGroup<D> extends Rated {
  readonly do: D
  readonly connection: ConnectionId
  readonly group: GroupName
}
export type GroupCommand =
  | OfGroup<'group.create'>
  | OfGroup<'group.join'>
  | OfGroup<'group.leave'>
  | (OfGroup<'group.kick'> & { readonly user: UserName })
  /** The admin makes another member the admin. */
  | (OfGroup<'group.hand-on'> & { readonly user: UserName })
  | (OfGroup<'group.say'> & Named & { readonly text: Text })
  /**
   * Opaque: only the members' devices hear it. `toAll`: it is refused where a member is here who has
   * none.
   */
  | (OfGroup<'group.seal'> & Named & { readonly message: string; readonly toAll: boolean })
/**
 * Each success has the group's name in the case that it is shown in. Changes are durable where
 * registered users are concerned.
 */
export interface GroupResults {
  'group.create': Result<
    GroupName,
    'gone' | 'muted' | 'group-exists' | 'too-many-groups' | 'too-many-messages' | 'unavailable'
  >
  'group.join': Result<
    GroupName,
    'gone' | 'no-such-group' | 'already-a-member' | 'banned' | 'too-many-messages' | 'unavailable'
  >
  'group.leave': Result<
    GroupName,
    'gone' | 'no-such-group' | 'not-a-member' | 'admin-cannot-leave' | 'too-many-messages' | 'unavailable'
  >
  'group.kick': Result<
    { readonly group: GroupName; readonly user: UserName },
    | 'gone'
    | 'no-such-group'
    | 'not-the-admin'
    | 'yourself'
    | 'target-not-a-member'
    | 'too-many-messages'
    | 'unavailable'
  >
  'group.hand-on': Result<
    { readonly group: GroupName; readonly user: UserName },
    | 'gone'
    | 'no-such-group'
    | 'not-the-admin'
    | 'yourself'
    | 'target-not-a-member'
    | 'too-many-messages'
    | 'unavailable'
  >
  'group.say': Result<
    Said & { readonly group: GroupName },
    'gone' | 'muted' | 'no-such-group' | 'not-a-member' | 'too-many-messages'
  >
  /** `unreached`: see `Groups.unreached`. */
  'group.seal': Result<
    Said & { readonly group: GroupName; readonly unreached: readonly UserName[] },
    'gone' | 'muted' | 'no-such-group' | 'not-a-member' | 'empty-text' | 'members-unreached' | 'too-many-messages'
  >
}
