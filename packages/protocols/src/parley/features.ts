/** The parts of the protocol that this server has, as `hello` tells them (L-2). */
export const features = [
  'groups',
  'sealing',
  'game',
  'files',
  'tunnels',
  'history',
  'devices',
  'backup',
  'sealed-groups',
  'group-hand-on',
  'admin',
  'lens',
] as const

/** Bytes of a frame after sign-in (X-8: more than on other lines, since bytes come as base64). */
export const longestFrame = 131_072
/** Bytes of UTF-8 of one text. */
export const longestText = 65_536
/** Bytes in one `data`. */
export const longestChunk = 32_768

export const limits = { frame: longestFrame, text: longestText, chunk: longestChunk }
