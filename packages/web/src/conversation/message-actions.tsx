import type { Line } from '@parley/client/conversations'
import { IconButton } from '../parts/button.tsx'
import { go } from '../parts/use-route.ts'

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
      {line.seq !== undefined && (
        <IconButton icon="info" label="What went over the wire" onClick={() => go('lens', String(line.seq))} />
      )}
      {line.mine && line.seq !== undefined && <IconButton icon="trash" label="Delete" onClick={remove} />}
    </div>
  )
}
