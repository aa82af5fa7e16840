import type { Passwords } from '../src/ports/passwords.ts'

/** For tests only: hides nothing, takes no time. */
export class PlainPasswords implements Passwords {
  async hash(password: string): Promise<string> {
    return `plain:${password}`
  }

  async verify(hash: string | null, password: string): Promise<boolean> {
    return hash === `plain:${password}`
  }
}
