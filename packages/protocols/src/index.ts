import { chatos } from './chatos/index.ts'
import { cp } from './cp/index.ts'
import { helo } from './helo/index.ts'
import { ident } from './ident/index.ts'
import { heloFraming } from './helo/file-framing.ts'
import { json } from './json/index.ts'
import { jsonFraming } from './json/file-framing.ts'
import type { FileFraming } from './carriers/file-framing.ts'
import { parley } from './parley/index.ts'
import { textNotation } from './kit/text-notation.ts'
import type { Notation, Protocol } from './protocol.ts'

/**
 * Every protocol that this server speaks, in the order in which they are listed and listened to.
 */
export const protocols: readonly Protocol<unknown, unknown>[] = [ident, helo, json, cp, chatos, parley]

/** How each protocol that moves files puts them on a connection, but for those that move them by chunks. */
export const fileFramings: readonly FileFraming[] = [heloFraming, jsonFraming]

/** How transcripts write what goes over the listeners that come with another one. */
export const companions: ReadonlyMap<string, { readonly notation: Notation }> = new Map([
  ['json-files', { notation: textNotation }],
])

export { chatosCodec } from './chatos/codec.ts'
export { chatosNotation } from './chatos/notation.ts'
export type { ChatosFrame, TcpOp } from './chatos/packets.ts'
export { errCodes, type ErrCode } from './chatos/replies.ts'
export { cpNotation } from './cp/notation.ts'
export { PduSplitter } from './cp/pdu-splitter.ts'
export { isBody, textMember, type Body } from './json/body.ts'
export { parley } from './parley/index.ts'
export { parleyCodec, type ParleyFrame } from './parley/codec.ts'
export { parleyNotation } from './parley/notation.ts'
export { jsonCodec, type JsonFrame, type JsonMessage } from './json/codec.ts'
export { fileHeader, jsonFraming } from './json/file-framing.ts'
export { ticketOf } from './json/file-ticket.ts'
export { jsonNotation } from './json/notation.ts'
export {
  decider,
  parseModerationRequest,
  type AccountAdminResults,
  type AccountRequest,
  type Administration,
  type AdministrationRequest,
  type Listening,
  type MetricSample,
  type NodeShown,
  type ModerationAdminResults,
  type ModerationRequest,
  type ModerationRequestFailure,
  type Online,
} from './administration.ts'
export { cutToBytes, encodeText, linesOf } from './kit/text.ts'
export { heloCodec } from './helo/codec.ts'
export { fileStatuses } from './helo/file-framing.ts'
export { safeName } from './helo/file-metadata.ts'
export { identCodec } from './ident/codec.ts'
export { Base64Decoder, Base64Encoder, fromBase64, toBase64 } from './kit/base64.ts'
export { FileCarrier } from './carriers/file-carrier.ts'
export { joinBytes } from './kit/bytes.ts'
export { md5 } from './carriers/file-checksums.ts'
export { lineNotation } from './kit/line-notation.ts'
export { LinkReader } from './kit/link-reader.ts'
export { Md5 } from './kit/md5.ts'
export { Sha256 } from './kit/sha256.ts'
export { looksLikeSessionKey, looksSealed } from './kit/opaque.ts'
export { TokenBucket, type Rate } from './kit/token-bucket.ts'
export { TunnelRelay, type Tunnel, type TunnelReport } from './carriers/tunnel-relay.ts'
export { WeightedSum } from './carriers/weighted-sum.ts'
export { splitWord, type WordLine } from './kit/words.ts'
export type { LensView } from './lens-view.ts'
export type * from './protocol.ts'
