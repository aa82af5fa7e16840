import type { Silence } from '../field-form.ts'
import type { CheckedProtocol } from './checked-protocol.ts'

export const chatos: CheckedProtocol = {
  signIn: /^CR pseudo="(\w+)"/,
  validName: /^\w{1,32}$/,
  mentions: [/(?:sender|recipient)="(\w+)"/g],
  nameTaken: /^ERROR Pseudo-Unavailable$/,
  accepted: /^ERROR OK$/,
  varying: [],
  fieldSilence,
  sieve: (scene) => ({
    sift(line) {
      const [, sender] = /^(?:SMA|SPM|TCPAsk) sender="(\w+)"/.exec(line) ?? []
      return { line: sender !== undefined && !scene.has(sender) ? null : line }
    },
  }),
}

const abort = 6

/** C-7: no reply to a TCPAbort. */
function fieldSilence({ wanted, last }: Silence): string | undefined {
  return wanted.startsWith('ERROR ') && last[0] === abort ? 'C-7' : undefined
}
