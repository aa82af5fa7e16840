import type { Link } from '@parley/client'
import type { Socket } from 'node:net'

/**
 * Passes bytes between a socket and a link, both ways, unchanged, each at the pace of the slower end. One side may end while the other goes on; a side
 * that breaks breaks the other. Resolves when both ways are over.
 */
export async function joinLink(socket: Socket, link: Link): Promise<void> {
  // It may have broken while the link was being made.
  if (socket.destroyed) return link.destroy('broken')
  await Promise.all([fromSocket(socket, link), fromLink(link, socket)])
}

async function fromSocket(socket: Socket, link: Link): Promise<void> {
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      if (!(await link.write(chunk as Uint8Array))) break
    }
    link.end()
  } catch {
    link.destroy('broken')
  }
}

async function fromLink(link: Link, socket: Socket): Promise<void> {
  for (let chunk = await link.read(); chunk; chunk = await link.read()) {
    if (socket.destroyed) return link.destroy('broken')
    if (!socket.write(chunk)) await writable(socket)
  }
  if (link.lost) socket.resetAndDestroy()
  else socket.end()
}

/** Resolves as well when the socket is gone. */
function writable(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go)
      socket.off('close', go)
      resolve()
    }
    socket.on('drain', go)
    socket.on('close', go)
    if (socket.destroyed) go()
  })
}
