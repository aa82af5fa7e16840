/** How files of pictures begin that browsers show and cannot run: no SVG. */
const beginnings: readonly (readonly [type: string, at: number, bytes: string])[] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/avif', 4, 'ftypavif'],
]

/** By what is in it, whatever its name and its sender say. null: it is no picture. */
export function pictureType(first: Uint8Array): string | null {
  const text = String.fromCharCode(...first)
  return beginnings.find(([, at, bytes]) => text.startsWith(bytes, at))?.[0] ?? null
}
