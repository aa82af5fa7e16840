import { PassThrough } from 'node:stream'
import type { Streams } from './streams.ts'

/** For tests: standard streams in memory. With `typed` the input is a terminal on which these keys are pressed. */
export class FakeStreams implements Streams {
  readonly input: PassThrough & { isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  readonly output = new PassThrough()
  readonly errors = new PassThrough()
  /** Every change of the terminal's raw mode. */
  readonly raw: boolean[] = []

  constructor({ piped, typed = [] }: { readonly piped?: string | Uint8Array; readonly typed?: readonly Typed[] } = {}) {
    this.input = new PassThrough()
    if (piped === undefined) {
      this.input.isTTY = true
      this.input.setRawMode = (raw) => this.raw.push(raw)
      for (const keys of typed) this.input.write(keys)
    } else this.input.end(piped)
  }

  get written(): string {
    return text(this.output)
  }

  get complaints(): string {
    return text(this.errors)
  }
}

type Typed = string | Uint8Array

/** Each call gives what was written since the one before. */
function text(stream: PassThrough): string {
  const bytes: Buffer | null = stream.read()
  return bytes?.toString() ?? ''
}
