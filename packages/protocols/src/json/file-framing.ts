import { md5, type Checksums } from '../carriers/file-checksums.ts'
import type { BodyDecoder, BodyEncoder, FileFraming } from '../carriers/file-framing.ts'
import { encodeText } from '../kit/text.ts'

const extensionLength = 3
const headerLength = extensionLength + 32
const none = new Uint8Array(0)
const ascii = new TextDecoder('latin1')

/**
 * Extension, MD5, the bytes of the file, end of stream (J-16). Between two of this method all of
 * that is the body; for others the header is what stands before it.
 */
export const jsonFraming: FileFraming = {
  method: 'json',
  confirmedBy: 'server', // H-18
  head: ({ name, checksums }, direct) => (direct ? none : encodeText(fileHeader(name, checksums[md5] ?? ''))),
  tail: none,
  longestBody: (_, largest) => ({ bytes: headerLength + largest, outcome: 'too-large' }),
  decoder: () => new JsonBodyDecoder(),
  encoder: (): BodyEncoder => ({ push: (bytes) => bytes, end: () => none }),
}

/** What stands before the bytes of a file, of that name and with that MD5 in hexadecimal digits. */
export function fileHeader(name: string, md5Digits: string): string {
  return extensionOf(name) + md5Digits
}

/** Takes the header off. */
class JsonBodyDecoder implements BodyDecoder {
  readonly #header = new Uint8Array(headerLength)
  #length = 0

  push(piece: Uint8Array): Uint8Array {
    const head = piece.subarray(0, headerLength - this.#length)
    this.#header.set(head, this.#length)
    this.#length += head.length
    return piece.subarray(head.length)
  }

  end(): Uint8Array | null {
    return this.#length < headerLength ? null : none
  }

  get said(): Checksums {
    return { [md5]: ascii.decode(this.#header.subarray(extensionLength)).toLowerCase() }
  }
}

/** What stands behind the last dot of the file name, cut to 3 bytes or padded with spaces. */
function extensionOf(name: string): string {
  const extension = /\.([^./\\]*)$/.exec(name)?.[1]?.replace(/[^\x21-\x7e]/g, '') ?? ''
  return extension.slice(0, extensionLength).padEnd(extensionLength)
}
