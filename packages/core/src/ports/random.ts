/** Chance, from a source that nobody can predict. */
export interface Random {
  /** A whole number, 0 <= n < `below`, each equally likely. `below` is 1 to 2^32. */
  integer(below: number): number
  bytes(length: number): Uint8Array
  /** A version 4 UUID in lower case. */
  uuid(): string
}
