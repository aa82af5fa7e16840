import type { NodeId, Random } from '@parley/core'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const idLength = 12

/** For a node that nobody has named. */
export function newNodeName(random: Random): string {
  return `node-${random.uuid().slice(0, 8)}`
}

/** One life of a node: from when it joins until it is gone. `berlin.7f3k2q9xabcd`. */
export function newNodeId(name: string, random: Random): NodeId {
  const letters = Array.from({ length: idLength }, () => alphabet[random.integer(alphabet.length)])
  return `${name}.${letters.join('')}` as NodeId
}
