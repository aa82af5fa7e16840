import type { NodeId, Random } from '@parley/core'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const idLength = 12

const grammar = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/

/** What an operator may call a node. */
export function isNodeName(text: string): boolean {
  return grammar.test(text)
}

/** One life of a node: from when it joins until it is gone. `berlin.7f3k2q9xabcd`. */
export function newNodeId(name: string, random: Random): NodeId {
  const letters = Array.from({ length: idLength }, () => alphabet[random.integer(alphabet.length)])
  return `${name}.${letters.join('')}` as NodeId
}
