import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invertedLimits } from './inverted-limits.ts'
import type { FileSettings } from './schema.ts'
import { defaultSettings } from './settings.ts'

function found(given: FileSettings): readonly string[] {
  return invertedLimits(given).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test('the defaults are in order, and one limit alone contradicts nothing', () => {
  const { mailbox, passwords, limits } = defaultSettings
  const rates = { signInRate: 'off', messageRate: 'off', keyRate: 'off', sessionKeyRate: 'off', keyQuestionRate: 'off' }
  const others = { fileOfferRate: 'off', markRate: 'off' }
  assert.deepEqual(found({ mailbox, passwords, limits: { ...limits, ...rates, ...others } }), [])
  assert.deepEqual(found({ limits: { frame: 2_000 }, mailbox: { perRecipient: 5 } }), [])
  assert.deepEqual(found({}), [])
})

test('a limit that another one comes before is named with both figures', () => {
  const rows: [FileSettings, string][] = [
    [
      { limits: { transferPorts: { first: 9, last: 8 } } },
      'limits.transferPorts: it begins at 9 and ends at 8; write the smaller port first',
    ],
    [
      { limits: { frame: 2_000, frameBeforeSignIn: 2_001 } },
      'limits.frameBeforeSignIn: 2001 is more than the 2000 of limits.frame; write at most that, or raise the other',
    ],
    [
      { limits: { frame: 2_000_000, unsentBytes: 300_000 } },
      'limits.frame: 2000000 is more than the 300000 of limits.unsentBytes; write at most that, or raise the other',
    ],
    [
      { mailbox: { perPair: 11, perRecipient: 10 } },
      'mailbox.perPair: 11 is more than the 10 of mailbox.perRecipient; write at most that, or raise the other',
    ],
    [
      { passwords: { perNameAndAddress: 3, perAddress: 2, perName: 1 } },
      'passwords.perNameAndAddress: 3 is more than the 2 of passwords.perAddress; write at most that, or raise the other',
    ],
  ]
  for (const [given, message] of rows) assert.equal(found(given)[0], message)
})
