/** One-way password hashes. Slow on purpose: both methods may take tens of milliseconds. */
export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * With `hash` null it returns false and takes as long as if there were one, so that time tells
   * nothing (P-4).
   */
  verify(hash: string | null, password: string): Promise<boolean>
}
