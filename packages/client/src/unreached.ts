import { ChatError } from './chat-error.ts'

/** What was to be sealed for a group would not have reached these members who are here. It was not sent. */
export class Unreached extends ChatError {
  readonly users: readonly string[]

  constructor(users: readonly string[]) {
    super('not-sealable', `what is sealed does not reach ${users.join(', ')}`)
    this.users = users
  }
}
