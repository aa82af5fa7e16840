import type { LinkHeader } from '@parley/core'

/** Bytes of a link that one message has at most. */
export const longestPiece = 65_536

/**
 * A link's number, as one node knows it: its own choice where it has opened the link, and the
 * negative of the other's choice where the other has.
 */
export type LinkNumber = number

/** What the two nodes of a link tell each other of it. */
export type LinkFrame =
  /** `knows`: the number of the last entry of the log that the opener had applied. */
  | {
      readonly kind: 'open'
      readonly link: LinkNumber
      readonly service: string
      readonly knows: number
      readonly header: LinkHeader
    }
  /** `place`: of this frame among those of data and the end, from 0. */
  | { readonly kind: 'data'; readonly link: LinkNumber; readonly place: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly link: LinkNumber; readonly place: number }
  /** `credit`: what the other may send in all, from the beginning of the link. */
  | { readonly kind: 'credit'; readonly link: LinkNumber; readonly credit: number }
  | { readonly kind: 'reset'; readonly link: LinkNumber }
  /** The links that the sender knows, or some of them. */
  | { readonly kind: 'beat'; readonly links: readonly LinkState[] }

/** How far a link has come, as one of its nodes knows it. */
export interface LinkState {
  readonly link: LinkNumber
  /** Place of its next frame. */
  readonly next: number
  /** What it may send in all. */
  readonly credit: number
}

/** Links of one beat, so that it fits in a message. */
export const mostInBeat = 3_000

const kinds = ['open', 'data', 'end', 'credit', 'reset', 'beat'] as const
/** Bytes of one link's state in a beat. */
const stateBytes = 20
/** Bytes before the bytes of a link, or its header. */
const headBytes = 13

/** Copies what it is given. */
export function encodeFrame(frame: LinkFrame): Uint8Array {
  if (frame.kind === 'beat') return encodeBeat(frame.links)
  const rest = frame.kind === 'data' ? frame.bytes : frame.kind === 'open' ? opening(frame) : none
  const bytes = new Uint8Array(headBytes + rest.length)
  const view = viewOf(bytes)
  view.setUint8(0, kinds.indexOf(frame.kind))
  view.setInt32(1, frame.link)
  if (frame.kind === 'data' || frame.kind === 'end') view.setFloat64(5, frame.place)
  if (frame.kind === 'credit') view.setFloat64(5, frame.credit)
  bytes.set(rest, headBytes)
  return bytes
}

/** The link as the receiver of the frame knows it. null: this is none. */
export function decodeFrame(bytes: Uint8Array): LinkFrame | null {
  const kind = kinds[bytes[0] ?? kinds.length]
  if (kind === 'beat') return decodeBeat(bytes)
  if (kind === undefined || bytes.length < headBytes) return null
  const view = viewOf(bytes)
  const link = -view.getInt32(1)
  const number = view.getFloat64(5)
  switch (kind) {
    case 'open':
      return decodeOpening(link, bytes.subarray(headBytes))
    case 'data':
      return { kind, link, place: number, bytes: bytes.subarray(headBytes) }
    case 'end':
      return { kind, link, place: number }
    case 'credit':
      return { kind, link, credit: number }
    case 'reset':
      return { kind, link }
  }
}

function opening({ service, knows, header }: Extract<LinkFrame, { kind: 'open' }>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ service, knows, header }))
}

function decodeOpening(link: LinkNumber, bytes: Uint8Array): LinkFrame | null {
  try {
    const { service, knows, header } = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof service !== 'string' || typeof knows !== 'number' || typeof header !== 'object') return null
    return { kind: 'open', link, service, knows, header }
  } catch {
    return null
  }
}

function encodeBeat(links: readonly LinkState[]): Uint8Array {
  const bytes = new Uint8Array(1 + links.length * stateBytes)
  const view = viewOf(bytes)
  view.setUint8(0, kinds.indexOf('beat'))
  links.forEach(({ link, next, credit }, index) => {
    const at = 1 + index * stateBytes
    view.setInt32(at, link)
    view.setFloat64(at + 4, next)
    view.setFloat64(at + 12, credit)
  })
  return bytes
}

function decodeBeat(bytes: Uint8Array): LinkFrame {
  const view = viewOf(bytes)
  const links: LinkState[] = []
  for (let at = 1; at + stateBytes <= bytes.length; at += stateBytes) {
    links.push({ link: -view.getInt32(at), next: view.getFloat64(at + 4), credit: view.getFloat64(at + 12) })
  }
  return { kind: 'beat', links }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

const none = new Uint8Array(0)
