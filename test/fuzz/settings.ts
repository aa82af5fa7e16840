import { defaultSettings, type Settings } from '@parley/server'

/** Of every fuzzed server: limits so low that they are reached now and then. */
export const settings: Settings = {
  ...defaultSettings,
  mailbox: { ...defaultSettings.mailbox, perPair: 3, perRecipient: 8, guestShare: 1 / 2 },
  limits: {
    ...defaultSettings.limits,
    transferPorts: { first: 50_000, last: 50_003 },
    messageRate: { burst: 8, perSecond: 1 },
    unsentBytes: 16_384,
  },
}
