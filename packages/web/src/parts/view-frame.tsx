import type { ComponentChildren } from 'preact'
import { IconButton } from './button.tsx'

/** A view beside the conversations: its name, and the way back. */
export function ViewFrame({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="view" aria-label={title}>
      <header class="bar">
        <IconButton icon="back" label="Back" onClick={() => history.back()} />
        <h1>{title}</h1>
      </header>
      <div class="content" tabIndex={-1}>
        {children}
      </div>
    </section>
  )
}
