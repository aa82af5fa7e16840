import type { Line } from '@parley/client/conversations'
import { IconButton } from '../parts/button.tsx'

export interface MessageActionsProps {
  readonly line: Line
  reply(): void
  remove(): void
}

/** What can be done with a message: beside it where the pointer or the keyboard is. */
export function MessageActions({ line, reply, remove }: MessageActionsProps) {
  if (line.isDeleted || line.kind === 'unsent') return null
  return (
    <div class="actions" role="group" aria-label="Message">
      <IconButton icon="reply" label="Reply" onClick={reply} />
      <IconButton icon="copy" label="Copy" onClick={() => void navigator.clipboard?.writeText(line.text)} />
      {line.mine && line.seq !== undefined && <IconButton icon="trash" label="Delete" onClick={remove} />}
    </div>
  )
}
