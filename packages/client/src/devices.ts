/** A program that signs in by a token of its own, instead of the password. */
export interface Device {
  readonly id: number
  readonly label: string
  /** In milliseconds since 1970, as the next one. */
  readonly addedAt: number
  /** Up to an hour late. */
  readonly lastSeen: number
  /** It is the one that asks. */
  readonly isHere: boolean
}

export interface Devices {
  list(): Promise<readonly Device[]>
  /** Its connections end, and its token is worth nothing any more. */
  revoke(id: number): Promise<void>
}

/** One opaque text of an account that the server keeps, such as a sealed identity. */
export interface Backup {
  put(blob: string): Promise<void>
  /** null: there is none. */
  get(): Promise<string | null>
}
