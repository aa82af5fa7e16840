import { parley, type Dialect, type Options, type OptionSpecs } from '@parley/protocols'
import { parseOrigins } from './origins.ts'

/** What a listener for HTTP has been told. `origins`: as a browser writes them. */
export interface WebOptions {
  readonly origins: ReadonlySet<string>
}

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
  web: ({ origin = '' }: Options): WebOptions => ({ origins: parseOrigins(origin) }),
}
