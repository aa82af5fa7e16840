import type { Sieve } from '../sieve.ts'
import type { DocumentForm } from '../field-form.ts'
import type { CheckedProtocol, Scene } from './checked-protocol.ts'

export const cp: CheckedProtocol = {
  signIn: /^USER\s*(\w+)/i,
  validName: /^\w{1,10}$/,
  mentions: [/^SMSG\s*(\w+)\s*:/gi],
  // A name is never in use: the same account may be signed in several times (P-10).
  nameTaken: /^(?!)/,
  accepted: /^2[03]0\b/,
  password: /^(PASS\s*)(\S.*)$/i,
  varying: [],
  guests: false,
  emptyMailbox: ['-> RMSG', '<- 256 no new messages'],
  sieve: (scene) => new MailSieve(scene),
  fieldForms: codeForms,
  lineEnd: '\r\n',
  omitsLineEnd: true,
}

/** Takes what others wrote out of the mailbox, and hides that anything was there. */
class MailSieve implements Sieve {
  readonly #scene: Scene
  #sinceRequest: 'nothing' | 'others' | 'ours' = 'nothing'

  constructor(scene: Scene) {
    this.#scene = scene
  }

  sift(line: string) {
    const [, sender] = /^RMSG(\w+):/.exec(line) ?? []
    if (sender !== undefined && !this.#scene.has(sender)) {
      if (this.#sinceRequest === 'nothing') this.#sinceRequest = 'others'
      return { line: null, reply: '250 received message' }
    }
    const onlyOthers = this.#sinceRequest === 'others'
    this.#sinceRequest = sender === undefined ? 'nothing' : 'ours'
    return { line: onlyOthers && /^255\b/.test(line) ? '256 no new messages' : line }
  }
}

/** P-7: 200 stands for 240, and clients go by the code, whatever the text behind it. */
function codeForms(line: string, wanted: string): readonly DocumentForm[] {
  const [code = ''] = /^\d{3}\b/.exec(line) ?? []
  const [meant = ''] = /^\d{3}\b/.exec(wanted) ?? []
  const same = code === meant || (code === '200' && ['230', '240'].includes(meant))
  return code !== '' && same ? [{ text: wanted, ruling: 'P-7' }] : []
}
