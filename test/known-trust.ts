import type { TrustStore } from '@parley/client'

/** Keys and marks that outlive a chat, whatever port the server has. */
export class KnownTrust implements TrustStore {
  readonly #trust: TrustStore

  constructor(trust: TrustStore) {
    this.#trust = trust
  }

  hasIdentity = () => this.#trust.hasIdentity()
  phrase = () => this.#trust.phrase()
  keepPhrase: TrustStore['keepPhrase'] = (phrase) => this.#trust.keepPhrase(phrase)
  identity = () => this.#trust.identity()
  pinned = (_server: string, user: string) => this.#trust.pinned('', user)
  pin = (_server: string, user: string, key: string) => this.#trust.pin('', user, key)
  contents = () => this.#trust.contents()
  restore: TrustStore['restore'] = (contents) => this.#trust.restore(contents)
  receivedMarks = () => this.#trust.receivedMarks()
  markReceived: TrustStore['markReceived'] = (mark) => this.#trust.markReceived(mark)
}
