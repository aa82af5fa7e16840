/**
 * The document's states. Two of them last only while something is awaited, and no command finds the
 * session in them.
 */
export type State =
  | 'Idle'
  | 'User Validated'
  | 'Authentication Validated'
  | 'Process Command'
  | 'Receiving Message'
  | 'Sending Message'
  | 'Error Processing'

/**
 * The arrows of the document's figure for one command: the states in which it may be said, each
 * with the state that it leads to. Replies lead on from there (replies.ts).
 */
export type Arrows = { readonly [state in State]?: State }
