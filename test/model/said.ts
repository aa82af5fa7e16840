/** Where something stands in the order of all that was said, and whether it is in the history. */
export interface Said {
  readonly place: number
  readonly kept: boolean
}

/** What is kept of what was said. `of`: as `*`, `#group` or `@one other`, in lower case. */
export interface Kept {
  readonly place: number
  readonly of: string
  readonly from: string
  readonly guest: boolean
  readonly to: string
  readonly kind: 'text' | 'deleted' | 'deletion'
  readonly text: string
  /** What a deletion is of. */
  readonly target: number | null
}

/** A member's time in a group, by places. */
export interface Stay {
  readonly user: string
  readonly group: string
  readonly begun: number
  ended: number | null
}
