import { brief } from '../../parts/times.ts'
import { Button } from '../../parts/button.tsx'
import { ViewFrame } from '../../parts/view-frame.tsx'
import type { ViewProps } from '../../parts/view.ts'
import { Accounts } from './accounts.tsx'
import { Plots } from './plots.tsx'
import { Rules } from './rules.tsx'
import { useServer } from './server-state.ts'
import { Table } from './table.tsx'

/** Looks after the server: how it does, who is here, who may, and what admins did. */
export default function Operator({ session: { chat } }: ViewProps) {
  const { looks, state, problem, act } = useServer(chat)
  return (
    <ViewFrame title="The server">
      <div class="operator">
        {problem !== null && (
          <p class="error" role="alert">
            {problem}
          </p>
        )}
        {state && (
          <>
            <Plots looks={looks} />
            <Table
              title="Who is here"
              head={['User', 'By', 'From', 'Decide']}
              rows={state.connections.map(({ user, registered, connection, address }) => {
                const subject = { kind: 'name', value: user }
                const sure = (what: string, members: object) => confirm(`${what} ${user}?`) && void act(what, members)
                return [
                  registered ? <b>{user}</b> : user,
                  connection.split('-')[0],
                  address,
                  user !== chat.me && (
                    <div class="operator-acts">
                      <Button onClick={() => sure('kick', { user })}>Kick</Button>
                      <Button onClick={() => sure('mute', { subject, seconds: 3_600 })}>Mute 1 h</Button>
                      <Button kind="danger" onClick={() => sure('ban', { subject, seconds: 604_800 })}>
                        Ban 7 d
                      </Button>
                    </div>
                  ),
                ]
              })}
            />
            <Rules state={state} act={act} />
            <Accounts state={state} act={act} />
            <Table title="Groups" head={['Name']} rows={state.groups.map(({ name }) => [name])} />
            <Table
              title="Listeners"
              head={['Protocol', 'Where']}
              rows={state.listeners.map(({ protocol, host, port }) => [protocol, `${host}:${port}`])}
            />
            <Table
              title="What was done"
              head={['When', 'By', 'What']}
              rows={state.entries
                .toReversed()
                .map(({ at, by, action, subject, detail }) => [brief(at), by, `${action} ${subject} ${detail}`])}
            />
          </>
        )}
      </div>
    </ViewFrame>
  )
}
