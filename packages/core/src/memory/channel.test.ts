import { channelSuite, type Ear } from '../../suites/index.ts'
import type { Channel, Subscriber } from '../ports/channel.ts'
import { EachMember } from './channel.ts'

channelSuite('the plain channel', async (wire) => {
  const channel = new EachMember(wire)
  return { channel, connect: async () => earOn(channel), close: async () => {} }
})

/** A connection without a socket: what is delivered has been heard. */
function earOn(channel: Channel): Ear {
  let text = ''
  let open = true
  let waiting: (() => void)[] = []
  const subscriber: Subscriber = {
    channel,
    get open() {
      return open
    },
    deliver: (bytes) => {
      if (open) text += new TextDecoder().decode(bytes)
    },
    whenReceived: (run) => {
      if (open) waiting.push(run)
    },
  }
  return {
    subscriber,
    heard: async () => text,
    receive: async () => {
      const due = waiting
      waiting = []
      for (const run of due) run()
    },
    end: async () => {
      open = false
      waiting = []
    },
  }
}
