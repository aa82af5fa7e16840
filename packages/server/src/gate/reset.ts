import type { Socket } from 'node:net'

/** Cuts a connection so that nobody takes a part for the whole: by a reset where the transport has one, which TLS has not. */
export function reset(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}
