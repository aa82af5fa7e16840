import { protocols, type Dialect, type Options } from '@parley/protocols'
import { webScheme, type WebOptions } from '../http/web-scheme.ts'
import type { Scheme } from './listener-url.ts'

/** What a listener can speak: every protocol, and HTTP. */
export interface ListenerScheme extends Scheme {
  dialect(options: Options): Dialect<unknown, unknown>
  web?(options: Options): WebOptions
}

/** In the order in which they are listed, and listened to where nothing else is said. */
export const schemes: readonly ListenerScheme[] = [...protocols, webScheme]
