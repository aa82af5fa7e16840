import type { ConversationModel, Line } from '@parley/client/conversations'
import { useEffect, useState } from 'preact/hooks'

/** Speaks new messages of others in the open conversation to who cannot see them, and nothing else. */
export function Announcer({ model }: { readonly model: ConversationModel }) {
  const [spoken, setSpoken] = useState<Line | null>(null)
  useEffect(
    () =>
      model.subscribe((line) => {
        if (line && !line.mine && line.from !== null && line.conversation === model.open.key) setSpoken(line)
      }),
    [model],
  )
  return (
    <p class="unseen" role="log" aria-live="polite" aria-label="New messages">
      {spoken && (
        <span key={spoken.id}>
          {spoken.from}: {spoken.text}
        </span>
      )}
    </p>
  )
}
