import type { ComponentChild } from 'preact'
import { quoteIn } from './quotes.ts'

const address = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gu

/** What somebody wrote, as text: quoted lines set off, and addresses as links. Nothing in it is ever markup. */
export function MessageText({ text }: { readonly text: string }) {
  const { quoted, said } = quoteIn(text)
  return (
    <>
      {quoted !== null && <blockquote>{quoted}</blockquote>}
      <span class="text">{linked(said)}</span>
    </>
  )
}

function linked(text: string): readonly ComponentChild[] {
  const parts: ComponentChild[] = []
  let at = 0
  for (const { 0: url, index } of text.matchAll(address)) {
    parts.push(
      text.slice(at, index),
      <a href={url} target="_blank" rel="noopener noreferrer">
        {url}
      </a>,
    )
    at = index + url.length
  }
  parts.push(text.slice(at))
  return parts
}
