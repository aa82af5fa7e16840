import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { Form } from './form.tsx'
import { brief } from '../../parts/times.ts'
import type { ServerState } from './server-state.ts'
import { Table } from './table.tsx'

export interface PartProps {
  readonly state: ServerState
  act(what: string, members: object): Promise<void>
}

const levels = { open: 'everybody may speak', 'guests-silent': 'guests may listen only', 'no-guests': 'no guests' }

/** Who may be here and speak, and something to say to everybody. */
export function Rules({ state: { level, slow, sanctions }, act }: PartProps) {
  return (
    <>
      <Form
        title="Say to everybody"
        fields={{ text: 'As Server' }}
        done="Say it"
        submit={(members) => act('announce', members)}
      />
      <section class="operator-part" aria-label="Rules">
        <h2>Rules</h2>
        <Field label="Guests">
          {(id) => (
            <select id={id} value={level} onChange={(event) => void act('level', { level: event.currentTarget.value })}>
              {Object.entries(levels).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Everybody may speak">
          {(id) => (
            <select
              id={id}
              value={slow?.seconds ?? 0}
              onChange={({ currentTarget: { value } }) => {
                void act('slow', { rate: value === '0' ? null : { messages: 1, seconds: Number(value) } })
              }}
            >
              {[...new Set([0, 5, 10, 60, slow?.seconds ?? 0])].map((seconds) => (
                <option key={seconds} value={seconds}>
                  {seconds === 0 ? 'as usual' : `${slow?.seconds === seconds ? slow.messages : 1} in ${seconds} s`}
                </option>
              ))}
            </select>
          )}
        </Field>
      </section>
      <Table
        title="Bans and mutes"
        head={['Who', 'Until', 'By', 'Decide']}
        rows={sanctions.map(({ measure, subject, until, by, reason }) => [
          `${measure} ${subject.kind} ${subject.value} ${reason}`,
          until === null ? 'for good' : brief(until),
          by,
          <Button onClick={() => void act(`un${measure}`, { subject })}>Take back</Button>,
        ])}
      >
        <Form
          title="Ban an address or network"
          fields={{ value: 'Such as 192.0.2.0/24', reason: 'Why' }}
          done="Ban for 7 days"
          submit={({ value, reason }) => act('ban', { subject: { kind: 'address', value }, reason, seconds: 604_800 })}
        />
      </Table>
    </>
  )
}
