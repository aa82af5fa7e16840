import type { Command, CommandNamed } from '@parley/core'

/** A command with the chance that its entry has. */
interface SeededCommand {
  readonly seed: number
  readonly command: Command
}

/** What one node submitted together. */
export interface Batch {
  /** Says whose it is. What it returns decides whether the commands are carried out. */
  readonly header: CommandNamed<'node.join'> | CommandNamed<'node.beat'>
  /** Of the header's entry. */
  readonly seed: number
  /** In the order of their entries. */
  readonly commands: readonly SeededCommand[]
}

/** The numbers that one batch takes, its header's included. */
export const numbersPerBatch = 4_096

/** A command on its way into a batch. */
export interface WrittenCommand {
  readonly text: string
  readonly bytes: number
}

export function writeCommand(command: Command, seed: number): WrittenCommand {
  const text = JSON.stringify([seed, command])
  return { text, bytes: Buffer.byteLength(text) + 1 }
}

/** More than a header ever takes. */
export const headerBytes = 1_024

export function encodeBatch(header: Batch['header'], seed: number, commands: readonly WrittenCommand[]): Uint8Array {
  const texts = commands.map(({ text }) => text)
  return Buffer.from(`{"header":${JSON.stringify(header)},"seed":${seed},"commands":[${texts.join()}]}`)
}

/** null: `encodeBatch` has not made it. */
export function decodeBatch(bytes: Uint8Array): Batch | null {
  try {
    const { header, seed, commands } = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
    ) as Written
    return { header, seed, commands: commands.map(([of, command]) => ({ seed: of, command })) }
  } catch {
    return null
  }
}

interface Written extends Omit<Batch, 'commands'> {
  readonly commands: readonly (readonly [seed: number, Command])[]
}
