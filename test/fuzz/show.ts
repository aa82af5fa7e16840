import type { MemoryListener } from '@parley/server/testing'
import type { Action } from './actions.ts'
import type { Variant } from './listeners.ts'

const printable = /^[\x20-\x7e\u00a1-\uffff]*$/

/** A run as one reads it: `C2 -> S: BCST hello`, in hex what is not one line of text. */
export function showActions(actions: readonly Action[], listeners: readonly MemoryListener[]): string {
  return actions.map((action) => showAction(action, listeners)).join('\n')
}

function showAction(action: Action, listeners: readonly MemoryListener[]): string {
  switch (action.kind) {
    case 'opens': {
      const listener = listeners[action.listener]!
      const options = 'options' in listener ? (listener as Variant).options : ''
      return `C${action.client} opens ${listener.name}${options && `?${options}`} from ${action.address}`
    }
    case 'opens-transfer':
      return `C${action.client} opens transfer listener ${action.which} from ${action.address}`
    case 'says':
      return `C${action.client} -> S: ${showBytes(action.bytes)}`
    case 'turns':
      return `turns ${action.count}`
    case 'account':
      return `account ${action.change} ${action.account}`
    case 'stops':
      return 'the server stops'
    case 'passes':
      return `+${action.ms}ms`
    case 'ends':
    case 'resets':
    case 'stalls':
    case 'reads':
      return `C${action.client} ${action.kind}`
  }
}

export function showBytes(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const line = text.endsWith('\n') ? text.slice(0, -1) : undefined
  if (line !== undefined && printable.test(line) && !line.includes('\ufffd') && !line.startsWith('hex ')) return line
  return `hex ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`
}
