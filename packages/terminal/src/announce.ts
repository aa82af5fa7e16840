import type { Listening } from '@parley/protocols'

export type AnnounceForm = 'text' | 'json'

/**
 * What listens where, in the order of the options. `json`: a line per listener with its members in exactly this order,
 * then `{"event":"ready"}`, for programs that started the server.
 */
export function announcement(listening: readonly Listening[], data: string, form: AnnounceForm): string {
  return form === 'json' ? jsonLines(listening) : forPeople(listening, data)
}

function jsonLines(listening: readonly Listening[]): string {
  const events = listening.map(({ protocol, host, port }) => ({ event: 'listening', protocol, host, port }))
  return [...events, { event: 'ready' }].map((event) => `${JSON.stringify(event)}\n`).join('')
}

function forPeople(listening: readonly Listening[], data: string): string {
  const urls = listening.map(({ protocol, host, port }) => {
    const url = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`
    return protocol === 'http' || protocol === 'https' ? `  ${url}  open this in a browser\n` : `  ${url}\n`
  })
  return `Parley listens on\n${urls.join('')}Its data is in ${data}. Ctrl-C stops it.\n`
}
