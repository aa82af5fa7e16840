import { Button } from '../../parts/button.tsx'
import { Form } from './form.tsx'
import type { PartProps } from './rules.tsx'
import { Table } from './table.tsx'

/** Registered names, and whose holders are admins. */
export function Accounts({ state: { accounts }, act }: PartProps) {
  return (
    <Table
      title="Accounts"
      head={['Name', 'Decide']}
      rows={accounts.map(({ name, admin }) => [
        admin ? <b>{name}, admin</b> : name,
        <div class="operator-acts">
          <Button
            onClick={() =>
              confirm(`${admin ? 'Demote' : 'Promote'} ${name}?`) &&
              void act(admin ? 'demote' : 'promote', { user: name })
            }
          >
            {admin ? 'Demote' : 'Promote'}
          </Button>
          <Button
            kind="danger"
            onClick={() =>
              confirm(`Remove ${name} and what waits for it?`) && void act('account-remove', { user: name })
            }
          >
            Remove
          </Button>
        </div>,
      ])}
    >
      <Form
        title="Register a name"
        fields={{ user: 'Name', password: 'Password' }}
        done="Register"
        submit={(members) => act('account-add', members)}
      />
      <Form
        title="Change a password"
        fields={{ user: 'Name', password: 'New password' }}
        done="Change"
        submit={(members) => act('account-password', members)}
      />
    </Table>
  )
}
