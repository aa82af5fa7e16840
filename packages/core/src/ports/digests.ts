/** Digests that take their bytes piece by piece. */
export interface Digests {
  md5(): RunningDigest
  sha256(): RunningDigest
}

export interface RunningDigest {
  update(bytes: Uint8Array): void
  /** Hexadecimal digits in lower case. Called once, and last. */
  hex(): string
}
