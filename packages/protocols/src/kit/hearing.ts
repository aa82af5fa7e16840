import type { FileEvent, KeyEvent, TunnelEvent } from '@parley/core'
import type { SessionEvent } from '../protocol.ts'

/** What of a session hears each kind of event. null: the protocol has no words for it, and no capability. */
export interface Hearing {
  readonly keys: ((event: KeyEvent) => void) | null
  readonly files: ((event: FileEvent) => void) | null
  readonly tunnels: ((event: TunnelEvent) => void) | null
}

export function passOn(event: SessionEvent, { keys, files, tunnels }: Hearing): void {
  switch (event.kind) {
    case 'key-requested':
    case 'public-key':
    case 'key-missing':
    case 'session-key':
    case 'sealed-message':
    case 'session-over':
      return keys?.(event)
    case 'file-offered':
    case 'file-accepted':
    case 'file-ended':
      return files?.(event)
    case 'tunnel-asked':
    case 'tunnel-accepted':
    case 'tunnel-aborted':
    case 'tunnel-established':
    case 'tunnel-refused':
      return tunnels?.(event)
  }
}
