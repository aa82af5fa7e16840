/**
 * Of a command that other people hear or have work with. The rates of messages are counted outside
 * the log, and the community says `too-many-messages` at its place among the checks: what
 * they refuse costs nothing.
 */
export interface Rated {
  readonly withinRate: boolean
}
