import { protocols, type Dialect, type Options } from '@parley/protocols'
import type { Scheme } from './config/listener-url.ts'
import { webScheme } from './http/web-scheme.ts'
import type { MakeServer } from './net/connections.ts'

/** What a listener can speak: every protocol, and HTTP. */
export interface ListenerScheme extends Scheme {
  dialect(options: Options): Dialect<unknown, unknown>
  makeServer?(options: Options): MakeServer
}

/** In the order in which they are listed, and listened to where nothing else is said. */
export const schemes: readonly ListenerScheme[] = [...protocols, webScheme]
