export type Cancel = () => void

/** Time, so that a minute of heartbeats is tested in a millisecond. */
export interface Clock {
  /** Wall time in milliseconds since 1970. It may jump: for time stamps only. */
  now(): number
  /** Milliseconds that only grow: for intervals and rates. */
  monotonic(): number
  /**
   * Runs once, `ms` of monotonic time from now at the earliest; never in the same turn; never after
   * `Cancel`.
   */
  after(ms: number, run: () => void): Cancel
}
