import type { Presence } from '@parley/core'
import { splitWord } from '../kit/words.ts'
import type { SessionContext } from '../protocol.ts'
import { createReplies, joinReplies, kickReplies, leaveReplies, sayReplies } from './group-replies.ts'
import { softErrs } from './replies.ts'

/** Groups, helo.txt 7.6 to 7.10. Each method answers one command, given what stands behind its first word. */
export class HeloGroups {
  readonly #context: Pick<SessionContext<string>, 'core' | 'send'>

  constructor(context: Pick<SessionContext<string>, 'core' | 'send'>) {
    this.#context = context
  }

  /** helo.txt 7.6 */
  async create(me: Presence, rest: string): Promise<void> {
    const [group] = words(rest, '/create_group', 1)
    if (group === undefined) return this.#malformed()
    const created = await this.#context.core.groups.create(me, group, (name) =>
      this.#context.send(`+SUCCESS group "${name}" has been created!`),
    )
    if (!created.ok) this.#refuse(createReplies[created.fail])
  }

  /** helo.txt 7.7 */
  async join(me: Presence, rest: string): Promise<void> {
    const [group] = words(rest, '/join', 1)
    if (group === undefined) return this.#malformed()
    const joined = await this.#context.core.groups.join(me, group, (name) =>
      this.#context.send(`+SUCCESS you have successfully entered group "${name}"`),
    )
    if (!joined.ok) this.#refuse(joinReplies[joined.fail])
  }

  /** helo.txt 7.8. No reply when it went well (H-6). */
  async say(me: Presence, rest: string): Promise<void> {
    const { word, rest: message } = splitWord(rest)
    if (!/^@@./.test(word) || message === '') return this.#malformed() // H-15
    const said = await this.#context.core.groups.say(me, word.slice(2), message)
    if (!said.ok) this.#refuse(sayReplies[said.fail])
  }

  /** helo.txt 7.9 */
  async leave(me: Presence, rest: string): Promise<void> {
    const [group] = words(rest, '/leave', 1)
    if (group === undefined) return this.#malformed()
    const left = await this.#context.core.groups.leave(me, group, (name) =>
      this.#context.send(`+SUCCESS you have successfully left the group "${name}"`),
    )
    if (!left.ok) this.#refuse(leaveReplies[left.fail])
  }

  /** helo.txt 7.10 */
  async kick(me: Presence, rest: string): Promise<void> {
    const [group, user] = words(rest, '/kick', 2)
    if (group === undefined || user === undefined) return this.#malformed()
    const kicked = await this.#context.core.groups.kick(me, group, user, (groupName, userName) =>
      this.#context.send(`+SUCCESS user ${userName} has been kicked out of group ${groupName}`),
    )
    if (!kicked.ok) this.#refuse(kickReplies(group, user)[kicked.fail])
  }

  /** H-2 */
  async list(rest: string): Promise<void> {
    if (rest !== '' && rest !== '*groups') return this.#malformed()
    const groups = await this.#context.core.groups.list()
    const items = groups.map(({ name, admin, members }) => `${name} (${admin}, ${members} members)`)
    this.#context.send(items.length > 0 ? `+SUCCESS [${items.join(', ')}]` : '-SOFT_ERR there are no groups yet')
  }

  #malformed(): void {
    this.#context.send(softErrs.malformedCommand)
  }

  #refuse(reply: string | null): void {
    if (reply) this.#context.send(reply)
  }
}

/** Exactly `count` words, with or without the one that a user types before them (H-2); otherwise none. */
function words(rest: string, typed: string, count: number): readonly string[] {
  const all = rest.split(' ')
  const meant = all[0] === typed ? all.slice(1) : all
  return meant.length === count && meant.every((word) => word !== '') ? meant : []
}
