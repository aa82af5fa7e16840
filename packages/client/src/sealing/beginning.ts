import { bigEndian, joined, numberIn } from './binding.ts'
import type { Bytes } from './hpke.ts'

const programBytes = 2
const timeBytes = 6
export const beginningBytes = programBytes + timeBytes

/**
 * Which program of a user began a session, and when. Programs on several devices write with one
 * identity: each counts its own messages.
 */
export interface Beginning {
  /** A number that the program chose at random: 0 to 65,535. */
  readonly program: number
  /** By the sender's clock, in milliseconds since 1970. */
  readonly madeAt: number
}

export function newProgram(): number {
  return numberIn(crypto.getRandomValues(new Uint8Array(programBytes)))
}

export function beginningOf({ program, madeAt }: Beginning): Bytes {
  return joined([bigEndian(program, programBytes), bigEndian(madeAt, timeBytes)])
}

export function beginningIn(bytes: Bytes): Beginning {
  return { program: numberIn(bytes.subarray(0, programBytes)), madeAt: numberIn(bytes.subarray(programBytes)) }
}
