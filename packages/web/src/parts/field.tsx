import type { VNode } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: string
  /** Makes the input under that id. */
  children(id: string): VNode
}

/** An input with its label above it. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <small class="dim">{hint}</small>}
    </p>
  )
}
