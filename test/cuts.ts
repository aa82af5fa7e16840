import { SeededRandom } from '@parley/core/testing'

/** Bytes; a line this long is cut at a few places only, as each piece is waited for. */
const longLine = 200
const placesInLongLine = 3

/** Every byte by itself; a long line at three places, by chance that the same seed repeats. */
export function byteByByte(seed: number): (bytes: Uint8Array) => readonly Uint8Array[] {
  const random = new SeededRandom(seed)
  return (bytes) => {
    if (bytes.length < longLine) return Array.from(bytes, (byte) => Uint8Array.of(byte))
    const places = Array.from({ length: placesInLongLine }, () => 1 + random.integer(bytes.length - 1))
    const bounds = [...new Set([0, ...places, bytes.length])].sort((one, other) => one - other)
    return bounds.slice(1).map((bound, index) => bytes.subarray(bounds[index], bound))
  }
}
