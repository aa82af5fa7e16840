import { encodeText, fromBase64 } from '@parley/protocols'
import { hexOf, isSame, joined } from './binding.ts'
import type { Bytes } from './hpke.ts'
import type { Identity } from './profile.ts'

/** What every backup begins with. Whose it is follows. */
export const backupStart: Bytes = joined([encodeText('parley-2 backup\n')])
export const ownerBytes = 16

/**
 * Whose a backup says that it is, in hexadecimal (see `ownerOf`). It proves nothing before it is opened:
 * a server may have changed that. null: it is no backup.
 */
export function ownerIn(backup: string): string | null {
  const bytes = fromBase64(backup.trim())
  const owner = bytes && ownerBytesIn(bytes)
  return owner && hexOf(owner)
}

/** What stands in the backups of whoever has this public key. */
export async function ownerOf(identity: Pick<Identity, 'publicKey'>): Promise<string> {
  return hexOf(await ownerBytesOf(identity))
}

export async function ownerBytesOf({ publicKey }: Pick<Identity, 'publicKey'>): Promise<Bytes> {
  const digest = await crypto.subtle.digest('SHA-256', joined([encodeText(publicKey)]))
  return new Uint8Array(digest).slice(0, ownerBytes)
}

export function ownerBytesIn(bytes: Bytes): Bytes | null {
  const owner = bytes.slice(backupStart.length, backupStart.length + ownerBytes)
  return isSame(bytes.subarray(0, backupStart.length), backupStart) && owner.length === ownerBytes ? owner : null
}
