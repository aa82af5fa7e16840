import { protocols } from '@parley/protocols'
import type { Chance } from './chance.ts'
import { fill, hostile, type Mood } from './dictionary.ts'
import { transcriptSeeds } from './seeds.ts'
import { privateSocketTemplates, templates, transferTemplates } from './templates.ts'

const notations = new Map(protocols.map(({ name, notation }) => [name, notation]))
const seeds = transcriptSeeds()

/**
 * What one client of a protocol says in all, as frames: mostly signed in. Often it knows a few of the commands only, so that
 * it says them again and again; in a wild mood it is not always sensible.
 */
export function conversation(protocol: string, length: number, mood: Mood, chance: Chance): readonly Uint8Array[] {
  const { signIn, alive, frames } = templates[protocol]!
  const old = seeds.get(protocol) ?? []
  const percent = mood === 'wild' ? 12 : 1
  if (old.length > 0 && chance.odds(12)) return chance.pick(old).map((frame) => mutate(frame, percent, old, chance))
  const begin = chance.odds(90) ? [sayOne(protocol, signIn, mood, chance)] : []
  if (protocol === 'parley' && chance.odds(95))
    begin.unshift(write('parley', '{"id": 0, "do": "hello", "versions": [1]}'))
  // The state machine of cp is got through with two words.
  if (protocol === 'cp' && chance.odds(90)) begin.push(write('cp', chance.pick(['PASSsecret12', 'PASShunter 2'])))
  const known = chance.odds(60) ? Array.from({ length: 2 + chance.below(5) }, () => chance.pick(frames)) : frames
  const said = Array.from({ length }, () => {
    const frame = chance.odds(10) ? write(protocol, alive) : sayOne(protocol, known, mood, chance)
    return mutate(frame, percent, old, chance)
  })
  return [...begin, ...said]
}

/** A second socket of a `chatos` user, which becomes one end of a tunnel where the other end is found. */
export function privateSocket(mood: Mood, chance: Chance): readonly Uint8Array[] {
  const begin = write('chatos', fill(chance.pick(privateSocketTemplates), mood, chance, JSON.stringify))
  return [begin, ...Array.from({ length: chance.below(6) }, () => chance.bytes(chance.pick([1, 100, 40_000])))]
}

/** What is said to a file port, to a transfer listener or inside a tunnel. */
export function transferSaying(mood: Mood, chance: Chance): Uint8Array {
  const saying = Buffer.from(fill(chance.pick(transferTemplates), mood, chance))
  return mutate(saying, mood === 'wild' ? 20 : 0, [], chance)
}

/** The frames as chunks: cut and joined anywhere. */
export function cut(frames: readonly Uint8Array[], chance: Chance): readonly Uint8Array[] {
  if (chance.odds(50)) return frames
  const chunks: Uint8Array[] = []
  const whole = Buffer.concat(frames)
  const most = chance.pick([1, 7, 100, 100, 3_000, 100_000])
  // A long stream byte by byte is all the same after a while.
  const least = Math.ceil(whole.length / 60)
  for (let at = 0; at < whole.length;) {
    const size = least + chance.below(most)
    chunks.push(whole.subarray(at, at + size))
    at += size
  }
  return chunks
}

function sayOne(protocol: string, from: readonly string[], mood: Mood, chance: Chance): Uint8Array {
  const quotes = protocol === 'chatos' ? JSON.stringify : ['json', 'parley'].includes(protocol) ? inJson : plain
  return write(protocol, fill(chance.pick(from), mood, chance, quotes), mood === 'wild' ? chance : undefined)
}

/** Text between the quotes of a JSON string; what stands for a whole JSON value is left as it is. */
function inJson(text: string): string {
  return /^[[{"]/.test(text) ? text : JSON.stringify(text).slice(1, -1)
}

function plain(text: string): string {
  return text
}

function write(protocol: string, line: string, chance?: Chance): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = notations.get(protocol)!.write(line)
  } catch {
    // A string that the notation cannot write, such as one without a character.
    bytes = Buffer.from(line)
  }
  if (protocol === 'chatos' || !chance || chance.odds(80)) return bytes
  const bare = new TextDecoder().decode(bytes).trimEnd()
  return Buffer.from(bare + chance.pick(['\r\n', '\r', '\n\n', '', '\n']))
}

/** The same bytes `100 - percent` times out of a hundred. */
export function mutate(
  bytes: Uint8Array,
  percent: number,
  seeds: readonly (readonly Uint8Array[])[],
  chance: Chance,
): Uint8Array {
  if (!chance.odds(percent)) return bytes
  const at = chance.below(bytes.length + 1)
  const to = at + chance.below(bytes.length - at + 1)
  const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
  switch (chance.below(7)) {
    case 0:
      return Buffer.concat([head, chance.pick(hostile), tail])
    case 1:
      return Buffer.concat([head, tail])
    case 2:
      return Buffer.concat([head, middle, middle, middle, tail])
    case 3:
      return head
    case 4:
      return Buffer.concat([head, chance.bytes(1 + chance.below(20)), tail])
    case 5: {
      const flipped = Uint8Array.from(bytes)
      if (at < bytes.length) flipped[at]! ^= 1 << chance.below(8)
      return flipped
    }
    default:
      return Buffer.concat([head, seeds.length > 0 ? chance.pick(chance.pick(seeds)) : middle])
  }
}
