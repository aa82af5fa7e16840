import { protocols } from '@parley/protocols'
import { ChatError } from './chat-error.ts'
import type { Where } from './link.ts'

/** Where a server has its WebSocket. */
const webSocket = { protocol: 'parley', port: 7_080, path: '/chat' }

export interface ChatUrl extends Where {
  readonly protocol: string
  readonly name: string
}

/**
 * `json://user_1@localhost:1357`: protocol, an `s` behind it for TLS, name, host, port. Host and
 * port may be left out. Throws a ChatError of code `usage` that says what to write. A password is
 * no part of a URL: it would be seen in the list of processes.
 */
export function parseChatUrl(text: string): ChatUrl {
  const wrong = (what: string) => new ChatError('usage', `"${text}": ${what}`)
  const [, scheme = '', name = '', secret, host = '', port] =
    /^([a-z]+):\/\/([^@:/]*)(:[^@]*)?@(\[[^\]]*\]|[^:/]*)(?::(\d{1,5}))?\/?$/i.exec(text) ?? []
  if (scheme === '') throw wrong('write PROTOCOL://NAME@HOST:PORT, for example json://user_1@localhost')
  if (secret !== undefined) throw wrong('a password does not belong into a URL; it is asked for, or read from a file')
  if (name === '') throw wrong('a name is missing in front of the @')
  const found = listenerOf(scheme.toLowerCase())
  if (!found)
    throw wrong(`there is no protocol "${scheme}"; there are ${protocols.map((each) => each.name).join(', ')}, ws`)
  const plainName = decoded(name)
  if (plainName === null) throw wrong('what stands behind a % in a name is no character')
  const chosen = port === undefined ? found.port : Number(port)
  if (chosen < 1 || chosen > 65_535) throw wrong(`there is no port ${port}`)
  return {
    protocol: found.protocol,
    tls: found.tls,
    name: plainName,
    host: host === '' ? 'localhost' : host.replace(/^\[|\]$/g, ''),
    port: chosen,
    ...(found.path !== undefined && { path: found.path }),
  }
}

/** What listens there: a protocol by its name, or `parley` behind a WebSocket. */
function listenerOf(scheme: string): (Omit<ChatUrl, 'name' | 'host'> & { readonly path?: string }) | undefined {
  if (scheme === 'ws' || scheme === 'wss') return { ...webSocket, tls: scheme === 'wss' }
  for (const tls of [false, true]) {
    const found = protocols.find(({ name }) => scheme === (tls ? `${name}s` : name))
    if (found) return { protocol: found.name, port: found.port, tls }
  }
  return undefined
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
