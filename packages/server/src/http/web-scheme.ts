import { parley, type Dialect, type Options, type OptionSpecs } from '@parley/protocols'
import type { MakeServer } from '../net/connections.ts'
import { parseOrigins } from './origins.ts'

/**
 * The listener for HTTP, with an `s` behind it for TLS. It speaks `parley` over WebSocket, and that
 * is why it has a dialect.
 */
export const webScheme = {
  name: 'http',
  port: 7080,
  options: {
    origin: {
      default: '',
      note: 'a web origin whose pages may connect beside those of this server, or several with blanks between them',
    },
  } satisfies OptionSpecs,
  dialect: (): Dialect<unknown, unknown> => parley.dialect({}),
  makeServer({ origin = '' }: Options): MakeServer {
    return async (how) => {
      // Loaded where it is spoken only.
      const { makeWebServer } = await import('./web-server.ts')
      return makeWebServer({ ...how, origins: parseOrigins(origin) })
    }
  },
}
