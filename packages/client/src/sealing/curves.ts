import { ChatError } from '../chat-error.ts'

const curves = { X25519: ['deriveBits'], Ed25519: ['sign', 'verify'] } as const

type Subtle = Pick<typeof crypto.subtle, 'generateKey'>

/** Rejects with `sealing-failed`, and what to do, where there is no WebCrypto that can seal. */
export async function requireCurves(subtle: Subtle | undefined): Promise<void> {
  if (!subtle) throw cannotSeal('there is no WebCrypto here; a page has it over https alone')
  for (const [curve, usages] of Object.entries(curves)) {
    await subtle.generateKey(curve, false, [...usages]).catch((cause: unknown) => {
      throw cannotSeal(`the WebCrypto of this program has no ${curve}; a newer version has it`, cause)
    })
  }
}

function cannotSeal(why: string, cause?: unknown): ChatError {
  return new ChatError('sealing-failed', `nothing can be sealed: ${why}; sign in without sealing, or elsewhere`, {
    cause,
  })
}
