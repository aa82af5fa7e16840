import { Community, type Command, type ConnectionId, type NodeId, type Result, type UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionContext } from '../protocol.ts'
import { broadcast, tell } from './talk.ts'

describe('what is said', () => {
  it('is a command when there is a receiver and a text, which is cleaned', () => {
    const { context, submitted } = contextOfTwo()
    void tell(context, 'BOB', 'a\u0007b\r\nc', () => {})
    void broadcast(context, '\u001b[2Jhi', () => {})
    assert.deepEqual(submitted, [
      { do: 'tell', to: 'BOB', text: 'ab\nc' },
      { do: 'broadcast', text: '[2Jhi' },
    ])
  })

  it('is refused for its receiver before it is refused for its text, and is no command then', () => {
    const { context, submitted } = contextOfTwo()
    const refusals: unknown[] = []
    const told = (result: Result<unknown, string>) => void refusals.push(result.ok || result.fail)
    for (const to of ['no name', 'nobody', '']) void tell(context, to, '\n', told)
    assert.deepEqual(refusals.splice(0), ['no-such-user', 'no-such-user', 'no-such-user'])
    for (const to of ['bob', 'Dolce']) void tell(context, to, '\n', told)
    void broadcast(context, '', told)
    assert.deepEqual(refusals, ['empty-text', 'empty-text', 'empty-text'])
    assert.deepEqual(submitted, [])
  })
})

/** One who speaks, where bob is here and Dolce has an account. */
function contextOfTwo() {
  const community = new Community()
  apply(community, 1, { do: 'account.add', name: 'Dolce' as UserName, hash: 'none' })
  apply(community, 2, {
    do: 'arrive',
    connection: 'c1' as ConnectionId,
    node: 'n1' as NodeId,
    name: 'bob' as UserName,
    proof: null,
    address: 'somewhere',
    exclusive: true,
    capabilities: { privateMessages: 'pushed', sealing: null, files: null, tunnels: false, devices: false },
  })
  const submitted: object[] = []
  const context: Pick<SessionContext<never>, 'community' | 'submit'> = {
    community,
    submit: (command) => void submitted.push(command),
  }
  return { context, submitted }
}

function apply(community: Community, seq: number, command: Command): void {
  assert.ok(community.apply({ seq, at: 0, seed: 0, writable: true, removable: true, command }).result.ok)
}
