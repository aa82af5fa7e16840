import { conversationKey } from '@parley/client/conversations'
import { useEffect, useRef } from 'preact/hooks'
import { IconButton } from '../parts/button.tsx'
import type { Session } from '../session/session.ts'

export interface ComposerProps {
  readonly session: Session
  readonly title: string
  readonly name: string
}

/** Where something is written. Enter sends it; with Shift, and where keys are on the glass, it begins a new line. */
export function Composer({ session, title, name }: ComposerProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const key = conversationKey(title)
  useEffect(() => {
    const input = area.current!
    input.value = session.drafts.of(key)
    grow(input)
    if (!hasTouch()) input.focus()
  }, [key])
  const send = () => {
    const input = area.current!
    if (input.value.trim() === '') return
    session.outgoing.add(title, input.value.trimEnd(), title)
    input.value = ''
    session.drafts.set(key, '')
    grow(input)
  }
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || hasTouch()) return
    event.preventDefault()
    send()
  }
  const input = () => {
    session.drafts.set(key, area.current!.value)
    grow(area.current!)
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        ref={area}
        rows={1}
        aria-label={`Message to ${name}`}
        placeholder={`Message to ${name}`}
        maxLength={16_000}
        enterkeyhint="enter"
        onKeyDown={keyDown}
        onInput={input}
      />
      <IconButton icon="send" label="Send" type="submit" class="main" />
    </form>
  )
}

function hasTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}

function grow(area: HTMLTextAreaElement): void {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight}px`
}
