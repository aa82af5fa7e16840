import { channelSuite } from '@parley/core/suites'
import { Outbox, type Sink } from './outbox.ts'
import { Sweep } from './sweep.ts'
import { Tape, type TapeSubscriber } from './tape.ts'

/** A far end that reads everything at once. */
class Reader implements Sink {
  readonly writableLength = 0
  heard = ''

  write(bytes: Uint8Array, flushed?: () => void): boolean {
    this.heard += Buffer.from(bytes).toString()
    flushed?.()
    return true
  }

  end(): void {}
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

channelSuite('the tape', async (wire) => {
  const sweep = new Sweep()
  const channel = new Tape(wire, sweep)
  return {
    channel,
    connect: async () => {
      const reader = new Reader()
      const outbox = new Outbox(reader, sweep, 1_000_000, () => {})
      let open = true
      const subscriber: TapeSubscriber = {
        outbox,
        channel,
        get open() {
          return open
        },
        deliver: (bytes) => outbox.put(bytes),
        whenReceived: (run) => outbox.whenFlushed(run),
      }
      return {
        subscriber,
        heard: async () => {
          await turn()
          return reader.heard
        },
        receive: turn,
        end: async () => {
          await turn()
          open = false
          outbox.discard()
        },
      }
    },
    close: turn,
  }
})
