import type { Bytes } from './binding.ts'

/** BIP 39: each word stands for 11 bits, and a bit of SHA-256 stands behind every 32 bits. */
const wordBits = 11
const bitsPerCheck = 32

/** The words for these bytes, of which there are 16 to 32. */
export async function wordsOf(entropy: Bytes): Promise<readonly string[]> {
  const list = await loadedList()
  const bits = bitsOf(entropy) + (await checkOf(entropy))
  return (bits.match(/.{11}/g) ?? []).map((word) => list[Number.parseInt(word, 2)]!)
}

/** null: some word is not in the list, or the last bits do not fit the others. */
export async function entropyIn(words: readonly string[]): Promise<Bytes | null> {
  const list = await loadedList()
  const places = words.map((word) => list.indexOf(word))
  if (places.includes(-1)) return null
  const bits = places.map((place) => place.toString(2).padStart(wordBits, '0')).join('')
  const length = Math.floor((bits.length * bitsPerCheck) / (bitsPerCheck + 1))
  const bytes = bits.slice(0, length).match(/.{8}/g) ?? []
  const entropy = Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2))
  return bits.slice(length) === (await checkOf(entropy)) ? entropy : null
}

/** It is long, and few sessions need it. */
async function loadedList(): Promise<readonly string[]> {
  return (await import('@scure/bip39/wordlists/english.js')).wordlist
}

async function checkOf(entropy: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', entropy))
  return bitsOf(digest).slice(0, (entropy.length * 8) / bitsPerCheck)
}

function bitsOf(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
}
