import { ConnectedChat } from '../connected-chat.ts'
import type { Chat } from '../chat.ts'
import type { Where } from '../link.ts'
import type { ConnectOptions } from '../options.ts'
import { parley } from '../parley/index.ts'
import { webSocket } from './web-socket.ts'

/** The WebSocket of a server, and who signs in there. */
export interface PageUrl extends Where {
  readonly name: string
  readonly path: string
}

/**
 * `connect` for a page, by `parley` over a WebSocket. It brings no other protocol along, so that the
 * page stays small. Resolves and rejects as `connect` does.
 */
export async function connectPage(where: PageUrl, options: Omit<ConnectOptions, 'transport'>): Promise<Chat> {
  const { clock } = options
  const transport = webSocket(clock)
  const chat = new ConnectedChat({ ...where, protocol: parley.name }, parley, { ...options, transport })
  options.prepare?.(chat)
  await chat.start()
  return chat
}
