import { protocols } from '@parley/protocols'
import { ChatError } from './chat-error.ts'
import type { Where } from './link.ts'

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
  const found = [false, true].flatMap((tls) => {
    const protocol = protocols.find((each) => scheme.toLowerCase() === (tls ? `${each.name}s` : each.name))
    return protocol ? [{ protocol, tls }] : []
  })[0]
  if (!found)
    throw wrong(`there is no protocol "${scheme}"; there are ${protocols.map((each) => each.name).join(', ')}`)
  const plainName = decoded(name)
  if (plainName === null) throw wrong('what stands behind a % in a name is no character')
  const chosen = port === undefined ? found.protocol.port : Number(port)
  if (chosen < 1 || chosen > 65_535) throw wrong(`there is no port ${port}`)
  return {
    protocol: found.protocol.name,
    tls: found.tls,
    name: plainName,
    host: host === '' ? 'localhost' : host.replace(/^\[|\]$/g, ''),
    port: chosen,
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
