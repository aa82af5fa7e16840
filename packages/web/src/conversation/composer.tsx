import { conversationKey, type Line } from '@parley/client/conversations'
import { useEffect, useRef, useState } from 'preact/hooks'
import { IconButton } from '../parts/button.tsx'
import type { Session } from '../session/session.ts'
import { dropped } from './dropped-files.ts'
import { EmojiPicker } from './emoji-picker.tsx'
import { quoteIn, quoteOf } from './quotes.ts'

export interface ComposerProps {
  readonly session: Session
  readonly title: string
  readonly name: string
  /** The message that is replied to. */
  readonly replyTo: Line | null
  endReply(): void
  /** null: no files can be sent here. */
  readonly sendFile: ((file: File) => void) | null
}

/** Where something is written. Enter sends it; with Shift, and where keys are on the glass, it begins a new line. */
export function Composer({ session, title, name, replyTo, endReply, sendFile }: ComposerProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const picked = useRef<HTMLInputElement>(null)
  const [hasEmoji, setEmoji] = useState(false)
  const { drafts, outgoing, chat } = session
  const key = conversationKey(title)
  const write = (text: string) => {
    const input = area.current!
    input.value = text
    drafts.set(key, text)
    grow(input)
  }
  useEffect(() => {
    write(drafts.of(key))
    if (!hasTouch()) area.current!.focus()
    // What was refused comes back, so that it can be changed.
    const stop = outgoing.onRefused(({ key: where, input }) => {
      if (where === key) write([input, area.current!.value].filter(Boolean).join('\n'))
      else drafts.set(where, input)
    })
    return () => {
      stop()
      void session.keep()
    }
  }, [key])
  const send = () => {
    const text = area.current!.value.trimEnd()
    if (text.trim() === '') return
    const from = replyTo && (replyTo.mine ? chat.me : (replyTo.from ?? ''))
    outgoing.add(title, (replyTo ? quoteOf(from ?? '', replyTo.text) : '') + text, title)
    endReply()
    write('')
  }
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') endReply()
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || hasTouch()) return
    event.preventDefault()
    send()
  }
  const insert = (text: string) => {
    area.current!.setRangeText(text, area.current!.selectionStart, area.current!.selectionEnd, 'end')
    write(area.current!.value)
    area.current!.focus()
  }
  return (
    <form
      class="composer"
      aria-label={`Write to ${name}`}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {replyTo && (
        <p class="reply">
          <span>
            <strong>{replyTo.mine ? 'You' : replyTo.from}</strong> {quoteIn(replyTo.text).said}
          </span>
          <IconButton icon="close" label="Do not reply to it" onClick={endReply} />
        </p>
      )}
      {hasEmoji && <EmojiPicker pick={insert} close={() => setEmoji(false)} />}
      {sendFile && (
        <>
          <IconButton icon="attach" label="Send a file" onClick={() => picked.current!.click()} />
          <input
            ref={picked}
            type="file"
            hidden
            multiple
            aria-label="Files to send"
            onChange={({ currentTarget }) => {
              for (const file of currentTarget.files ?? []) sendFile(file)
              currentTarget.value = ''
            }}
          />
        </>
      )}
      <IconButton icon="smile" label="Emoji" aria-expanded={hasEmoji} onClick={() => setEmoji(!hasEmoji)} />
      <textarea
        ref={area}
        rows={1}
        aria-label={`Message to ${name}`}
        placeholder="Message"
        maxLength={16_000}
        onKeyDown={keyDown}
        onInput={() => write(area.current!.value)}
        onPaste={(event) => sendFile && dropped(event, event.clipboardData, sendFile)}
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
  area.style.height = `${area.scrollHeight + 2}px`
}
