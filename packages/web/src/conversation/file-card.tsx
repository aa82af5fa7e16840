import type { Line } from '@parley/client/conversations'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { byteSize } from '../parts/byte-size.ts'
import type { FileItem } from '../session/files.ts'

export interface FileActions {
  accept(line: Line): void
  decline(line: Line): void
  cancel(line: Line): void
}

interface FileCardProps {
  readonly line: Line
  readonly file: FileItem
  readonly actions: FileActions
}

/** A file on its way, or one that is here. Only pictures are shown; anything else is saved. */
export function FileCard({ line, file, actions }: FileCardProps) {
  const { direction, name, size, state, bytes, reason, url, isPicture, isSealed, user } = file
  const isMine = direction === 'sending'
  return (
    <article class={`said ${isMine ? 'mine' : ''}`} aria-label={`File ${name} ${isMine ? 'to' : 'from'} ${user}`}>
      <div class="bubble file">
        {isPicture && url !== undefined && <img src={url} alt={name} />}
        <p>
          <Icon name="file" />
          <strong>{name}</strong>
          <span class="dim">{size === null ? '' : byteSize(size)}</span>
          {isSealed && <Icon name="lock" />}
        </p>
        {state === 'moving' && (
          <progress
            max={size ?? undefined}
            value={size === null ? undefined : bytes}
            aria-label={`Progress of ${name}`}
          />
        )}
        {reason !== undefined && <p class="error">{reason}</p>}
        <p class="buttons">
          {state === 'offered' && (
            <>
              <Button kind="main" onClick={() => actions.accept(line)}>
                Accept
              </Button>
              <Button onClick={() => actions.decline(line)}>Decline</Button>
            </>
          )}
          {state === 'moving' && <Button onClick={() => actions.cancel(line)}>Cancel</Button>}
          {state === 'done' && isMine && <span class="dim">Delivered</span>}
          {url !== undefined && !isMine && (
            <a class="button" href={url} download={safeName(name)}>
              Save
            </a>
          )}
        </p>
      </div>
    </article>
  )
}

/** As a name in one directory: no path, and nothing that hides what it is. */
function safeName(name: string): string {
  return name.replace(/[/\\:*?"<>|\p{C}]/gu, '_').replace(/^\.+/, '_') || 'file'
}
