import type { MemoryListener } from '@parley/server/testing'

const longestPdu = 1_024 // P-1
const longestString = 1_024 // C-10
/** What people wrote comes without them; an echo gives back what its own client sent (I-16). */
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/
const said = /^(BCST|PRIVATE_MESSAGE|JOINED|LEFT|GROUP_MESSAGE|PM) /

type Check = (bytes: Uint8Array, text: string) => string | undefined

/** What is wrong with the bytes that a client of this listener was sent, in words; undefined: nothing. */
export function wrongWords({ name, dialect }: MemoryListener, bytes: Uint8Array): string | undefined {
  const check = checks[name]
  if (!check || bytes.length === 0) return undefined
  if (name === 'chatos')
    return wrongFrames(
      dialect.codec.decoder(() => Infinity),
      bytes,
    )
  try {
    return check(bytes, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return `what is no UTF-8: ${Buffer.from(bytes).toString('latin1').slice(-200)}`
  }
}

const checks: { readonly [protocol: string]: Check } = {
  ident: wrongLines,
  helo: wrongLines,
  json: (_, text) => wrongLines(_, text) ?? firstWrong(text.split('\n').slice(0, -1), wrongJson),
  cp: (_, text) =>
    text.endsWith('\r\n') ? firstWrong(text.split('\r\n').slice(0, -1), wrongPdu) : `half a PDU: ${text}`,
  chatos: () => undefined,
}

function wrongLines(_: Uint8Array, text: string): string | undefined {
  if (!text.endsWith('\n')) return `half a line: ${text.slice(-200)}`
  return firstWrong(text.split('\n').slice(0, -1), (line) => line === '' || (said.test(line) && controls.test(line)))
}

function wrongJson(line: string): boolean {
  const blank = line.indexOf(' ')
  const [header, body] = blank < 0 ? [line, '{}'] : [line.slice(0, blank), line.slice(blank + 1)]
  if (!/^[A-Z_]+$/.test(header)) return true
  const parsed: unknown = JSON.parse(body)
  return typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)
}

/** P-1, P-9 */
function wrongPdu(pdu: string): boolean {
  const known = /^(?:[25]\d\d [a-zA-Z :]+|RMSG[A-Za-z0-9_]{1,32}:[^:\r\n]+)$/.test(pdu)
  return !known || Buffer.byteLength(pdu) + 2 > longestPdu || controls.test(pdu)
}

function wrongFrames(
  decoder: ReturnType<MemoryListener['dialect']['codec']['decoder']>,
  bytes: Uint8Array,
): string | undefined {
  decoder.push(bytes)
  for (let item = decoder.next(); item; item = decoder.next()) {
    if (!item.ok) return `a frame that is ${item.problem}`
    const fields = Object.values(item.frame as { [field: string]: unknown })
    const long = fields.find((field) => typeof field === 'string' && Buffer.byteLength(field) > longestString)
    if (long !== undefined) return `a string of more than ${longestString} bytes`
  }
  return undefined
}

function firstWrong(lines: readonly string[], isWrong: (line: string) => boolean): string | undefined {
  const wrong = lines.find((line) => {
    try {
      return isWrong(line)
    } catch {
      return true
    }
  })
  return wrong === undefined ? undefined : JSON.stringify(wrong.slice(0, 300))
}
