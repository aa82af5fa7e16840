import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'

interface FormProps {
  readonly title: string
  /** Labels, by the name of what is typed. `password` is typed unseen. */
  readonly fields: Readonly<Record<string, string>>
  readonly done: string
  submit(values: Readonly<Record<string, string>>): unknown
}

/** A few things to type, and a button. */
export function Form({ title, fields, done, submit }: FormProps) {
  return (
    <form
      class="operator-part operator-form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        submit(Object.fromEntries(new FormData(form)) as Record<string, string>)
        form.reset()
      }}
    >
      <h2>{title}</h2>
      {Object.entries(fields).map(([name, label]) => (
        <Field key={name} label={label}>
          {(id) =>
            name === 'password' ? (
              <input id={id} name={name} type="password" autocomplete="new-password" required />
            ) : (
              <input id={id} name={name} autocomplete="off" required={name !== 'reason'} />
            )
          }
        </Field>
      ))}
      <Button type="submit">{done}</Button>
    </form>
  )
}
