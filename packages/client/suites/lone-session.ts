import { ChatError } from '../src/chat-error.ts'
import { Cursor } from '../src/cursor.ts'

/** What a session has of its chat, where there is none: it comes after nothing, and nothing follows it. */
export function loneSession() {
  return {
    cursor: new Cursor(null, () => {}),
    acknowledges: true,
    device: { token: null, label: undefined, remember: () => {} },
    session: () => Promise.reject(new ChatError('closed', 'nothing follows')),
  }
}
