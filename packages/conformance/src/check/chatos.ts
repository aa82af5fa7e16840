import type { CheckedProtocol } from './checked-protocol.ts'

export const chatos: CheckedProtocol = {
  signIn: /^CR pseudo="(\w+)"/,
  validName: /^\w{1,32}$/,
  mentions: [/(?:sender|recipient)="(\w+)"/g],
  nameTaken: /^ERROR Pseudo-Unavailable$/,
  accepted: /^ERROR OK$/,
  varying: [],
  sieve: (scene) => ({
    sift(line) {
      const [, sender] = /^(?:SMA|SPM|TCPAsk) sender="(\w+)"/.exec(line) ?? []
      return { line: sender !== undefined && !scene.has(sender) ? null : line }
    },
  }),
}
