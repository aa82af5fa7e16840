import type { TrustStore } from './trust.ts'

/** A store that tells when something was pinned. */
export class NotingTrust implements TrustStore {
  readonly #trust: TrustStore
  readonly #noted: () => void

  constructor(trust: TrustStore, noted: () => void) {
    this.#trust = trust
    this.#noted = noted
  }

  hasIdentity = () => this.#trust.hasIdentity()
  identity = () => this.#trust.identity()
  pinned: TrustStore['pinned'] = (server, user) => this.#trust.pinned(server, user)
  contents = () => this.#trust.contents()
  restore: TrustStore['restore'] = (contents) => this.#trust.restore(contents)
  receivedMarks = () => this.#trust.receivedMarks()
  markReceived: TrustStore['markReceived'] = (mark) => this.#trust.markReceived(mark)
  phrase = () => this.#trust.phrase()
  keepPhrase: TrustStore['keepPhrase'] = (phrase) => this.#trust.keepPhrase(phrase)

  async pin(server: string, user: string, key: string): Promise<void> {
    await this.#trust.pin(server, user, key)
    this.#noted()
  }
}
