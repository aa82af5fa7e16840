import assert from 'node:assert/strict'
import type { SessionContext } from '../src/protocol.ts'

/** For the context of a session that is tested without sockets: what needs one fails the test. */
export const noSockets: Pick<SessionContext<never>, 'detach' | 'openDoor'> = {
  detach: () => assert.fail('there is no socket to detach'),
  openDoor: () => assert.fail('there is no socket to open a door beside'),
}
