import type { Clock } from '@parley/client'
import type { Talk } from '../chat-model/talk.ts'
import { keepTitle, Notifications, restoreTitle, titleOf } from './notifications.ts'
import type { NotificationSettings } from './screen-settings.ts'
import type { Terminal } from './terminal.ts'
import type { ViewModel } from './view-model.ts'

const titleMs = 200

export interface NewsParts {
  readonly terminal: Pick<Terminal, 'tell'>
  readonly clock: Clock
  readonly settings: NotificationSettings
}

/** Whatever the terminal is told besides frames: its bell, notifications, and the title of its window. */
export function tellNews(
  model: ViewModel,
  talk: Talk,
  { terminal, clock, settings }: NewsParts,
): { start(): void; close(): void } {
  const notifications = new Notifications({
    model: talk.model,
    clock,
    settings,
    highlights: () => model.highlights,
    isLookedAt: () => model.isLookedAt,
    write: (sequence) => terminal.tell(sequence),
  })
  let told = ''
  const tellTitle = () => {
    const { unread, talks, open } = model.view
    const title = titleOf(
      unread,
      talks.some(({ isCalled }) => isCalled),
      open.title,
    )
    if (title !== told) terminal.tell(title)
    told = title
  }
  let forget = () => {}
  let cancel: (() => void) | null = null
  // A storm of messages changes the title a few times.
  const tellSoon = () => {
    cancel ??= clock.after(titleMs, () => {
      cancel = null
      tellTitle()
    })
  }
  return {
    start: () => {
      if (!settings.title) return
      terminal.tell(keepTitle)
      tellTitle()
      forget = model.subscribe(tellSoon)
    },
    close: () => {
      forget()
      cancel?.()
      notifications.close()
      if (settings.title) terminal.tell(restoreTitle)
    },
  }
}
