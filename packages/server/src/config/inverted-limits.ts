import type { SettingProblem } from '../settings-file/read-settings-file.ts'
import type { FileSettings } from './schema.ts'

/** Limits of a file that contradict each other: one is always reached before the other. */
export function invertedLimits({ limits = {}, mailbox = {}, passwords = {} }: FileSettings): readonly SettingProblem[] {
  const problems: SettingProblem[] = []
  const atMost = (
    group: string,
    name: string,
    value: number | undefined,
    otherName: string,
    other: number | undefined,
  ) => {
    if (value === undefined || other === undefined || value <= other) return
    const message = `${value} is more than the ${other} of ${group}.${otherName}; write at most that, or raise the other`
    problems.push({ path: [group, name], message })
  }
  const { transferPorts: ports, frame, frameBeforeSignIn, unsentBytes } = limits
  if (ports && ports.first > ports.last) {
    const message = `it begins at ${ports.first} and ends at ${ports.last}; write the smaller port first`
    problems.push({ path: ['limits', 'transferPorts'], message })
  }
  atMost('limits', 'frameBeforeSignIn', frameBeforeSignIn, 'frame', frame)
  atMost('limits', 'frame', frame, 'unsentBytes', unsentBytes)
  atMost('mailbox', 'perPair', mailbox.perPair, 'perRecipient', mailbox.perRecipient)
  atMost('passwords', 'perNameAndAddress', passwords.perNameAndAddress, 'perAddress', passwords.perAddress)
  atMost('passwords', 'perAddress', passwords.perAddress, 'perName', passwords.perName)
  return problems
}
