import { toBase64 } from '@parley/protocols'
import { newGroupSession, sealGroupMessage } from '../src/sealing/group-message.ts'
import { newIdentity, sealingKeys } from '../src/sealing/identity.ts'
import { newSession, sealMessage, type Reader, type Writer } from '../src/sealing/parley-2.ts'
import type { Identity } from '../src/sealing/profile.ts'
import { sealFile } from '../src/sealing/sealed-file.ts'

/** What `vectors/parley-2.json` holds. Bytes are in base64. */
export interface Parley2Vectors {
  readonly about: string
  readonly from: { readonly name: string; readonly identity: Identity }
  readonly to: { readonly name: string; readonly identity: Identity }
  readonly session: {
    readonly token: string
    readonly id: string
    readonly madeAt: number
    readonly previous: { readonly id: string; readonly count: number }
  }
  readonly messages: readonly { readonly counter: number; readonly text: string; readonly message: string }[]
  readonly file: {
    readonly name: string
    readonly madeAt: number
    readonly content: string
    readonly envelope: string
  }
  readonly group: { readonly name: string; readonly text: string; readonly sealed: string }
}

const madeAt = 1_790_000_000_000
const texts = ['', 'x', 'hello, world', 'é😀\n'.repeat(20), '\ufeffbom and a last zero\0']

/** New ones each time: keys and what is sealed under them are random. */
export async function newVectors(): Promise<Parley2Vectors> {
  const [from, to] = [
    { name: 'User_1', identity: await newIdentity() },
    { name: 'user_2', identity: await newIdentity() },
  ]
  const [writer, reader] = [writerOf(from), readerOf(to)]
  const previous = { id: '0123456789abcdef', count: 7 }
  const made = await newSession(writer, reader, { madeAt, previous })
  const content = Uint8Array.from({ length: 100 }, (_, index) => index)
  const name = 'notes.txt'
  const file = { name, size: content.length, bytes: async function* () { yield content } } // prettier-ignore
  const envelope = await sealFile(file, writer, reader, madeAt)
  const group = 'Cooks'
  const groupSession = await newGroupSession(group, writer, [readerOf(from), reader], { madeAt, previous: null })
  if (!made || !envelope || !groupSession) throw new Error('keys that were just made are keys')
  const messages = await Promise.all(
    texts.map(async (text, counter) => ({ counter, text, message: await sealMessage(made.session, counter, text) })),
  )
  const pieces: Uint8Array[] = []
  for await (const piece of envelope.bytes()) pieces.push(piece)
  return {
    about:
      'Sealed by parley-2 (docs/sealing.md), and all that it takes to open it. The keys were made for this file and are used nowhere else.',
    from,
    to,
    session: { token: made.token, id: made.session.id, madeAt, previous },
    messages,
    file: { name, madeAt, content: toBase64(content), envelope: toBase64(Buffer.concat(pieces)) },
    group: {
      name: group,
      text: 'dinner at eight',
      sealed: await sealGroupMessage(groupSession, group, 0, 'dinner at eight', true),
    },
  }
}

export function writerOf({ name, identity }: Parley2Vectors['from']): Writer {
  const keys = sealingKeys(identity)
  if (!keys) throw new Error('an identity of parley-2 has keys')
  return { name, keys }
}

export function readerOf(user: Parley2Vectors['from']): Reader {
  return { name: user.name, publicKey: writerOf(user).keys.publicKey }
}
