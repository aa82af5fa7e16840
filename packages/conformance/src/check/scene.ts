import type { Reception } from '../reception.ts'
import type { Sieve } from '../sieve.ts'
import type { Scene } from './checked-protocol.ts'
import { checkedProtocols } from './protocols.ts'

/** Who and what a transcript speaks of, under its fresh names. */
export function sceneOf(text: string, names: ReadonlySet<string>, alone: boolean): Scene {
  const conversation = text.replace(/^\s*#.*$/gm, '')
  return {
    has: (name) => names.has(name.toLowerCase()),
    says: (word) => conversation.includes(word),
    alone,
  }
}

/** How the actors of a transcript listen to a server that is not ours alone. */
export function receptionOf(scene: Scene, strict: boolean): (protocol: string) => Reception {
  return (name) => {
    const protocol = checkedProtocols[name]
    if (!protocol) return strict ? {} : companion(name)
    const sieve = protocol.sieve(scene)
    if (strict) return { sieve }
    const { fieldForms, fieldExtra, fieldSilence, lineEnd = '', omitsLineEnd } = protocol
    return {
      sieve: fieldExtra ? without(sieve, fieldExtra) : sieve,
      ...(fieldForms && { fieldForms }),
      ...(fieldSilence && { fieldSilence }),
      ...(omitsLineEnd && { missingLineEnd: Buffer.from(lineEnd) }),
    }
  }
}

/** A listener that comes with one of a protocol has bytes, not lines, so nobody else is heard there. */
function companion(name: string): Reception {
  const all = Object.values(checkedProtocols).flatMap(({ companions = [] }) => companions)
  const fieldSilence = all.find((each) => each.name === name)?.fieldSilence
  return fieldSilence ? { fieldSilence } : {}
}

function without(sieve: Sieve, extra: RegExp): Sieve {
  return { sift: (line) => (extra.test(line) ? { line: null } : sieve.sift(line)) }
}
