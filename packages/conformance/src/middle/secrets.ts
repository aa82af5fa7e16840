import type { CheckedProtocol } from '../check/checked-protocol.ts'

/** What a client says, with another text in place of its password. */
export function withPassword(line: string, { password }: Pick<CheckedProtocol, 'password'>, instead: string): string {
  if (!password) return line
  return line.replace(password, (_, before: string) => before + instead)
}

/** What either side says, with another text in place of tokens. What a placeholder stands for stays. */
export function withoutTokens(line: string, row: Pick<CheckedProtocol, 'tokens'> | undefined, instead: string): string {
  if (!row?.tokens) return line
  return line.replace(row.tokens, (whole, before: string, token: string) =>
    /^<\w+>$/.test(token) ? whole : before + instead,
  )
}

/** The password in what a client says; undefined: there is none. */
export function passwordIn(line: string, { password }: Pick<CheckedProtocol, 'password'>): string | undefined {
  return password?.exec(line)?.[2]
}
