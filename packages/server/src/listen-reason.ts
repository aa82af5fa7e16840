import { systemReason } from './system-reason.ts'

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it or choose another port with --listen',
  EACCES: 'this user may not listen there; choose a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; choose one of its own, or 127.0.0.1',
  ENOTFOUND: 'there is no such host; choose an address of this machine, or 127.0.0.1',
}

/** Why nobody can listen somewhere, and what to do, in words that fit behind a colon. */
export function listenReason(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return reasons[code] ?? systemReason(error)
}
