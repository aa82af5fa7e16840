import { ChatError } from '../chat-error.ts'
import { markBits, modulusBits } from './identity.ts'
import { parley1 } from './parley-1.ts'
import type { InteropProfiles, InteropProtocol, Profile } from './profile.ts'

/** The keys of other people's `ident` clients; those of `helo` and `json` both have 2,048 bits. */
const identBits = 1_024

export interface Known {
  /** What the holder of this key wrote in last; null: nothing was heard. */
  readonly heard: Profile | null
  /** Absent where this client knows `parley-1` alone. */
  readonly interop: InteropProfiles | undefined
  /** What the user says of programs whose key does not tell. */
  readonly assumed: InteropProtocol | undefined
}

/**
 * The profile that the program behind a public key opens. The size of the key is the mark of
 * ours: what arrives must not talk anybody into a weaker profile. Throws `profile-unknown` or
 * `sealing-failed` where nothing can be sent that would surely be opened.
 */
export async function profileFor(
  user: string,
  publicKey: string,
  { heard, interop, assumed }: Known,
): Promise<Profile> {
  const bits = await modulusBits(publicKey)
  if (bits === markBits) return parley1
  if (bits === null || bits < identBits) {
    throw new ChatError('sealing-failed', `the key of ${user} is too small to protect anything; nothing was sent`)
  }
  if (heard) return heard
  if (!interop) {
    throw new ChatError('sealing-failed', `${user} has a key of another program, which this one cannot seal for`)
  }
  if (bits === identBits) return interop.ident
  if (assumed) return interop[assumed]
  const why = `the key of ${user} does not tell whether a helo or a json program has to open it; nothing was sent`
  throw new ChatError('profile-unknown', why)
}
