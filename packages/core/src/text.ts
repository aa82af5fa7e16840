import { fail, ok, type Result } from './result.ts'

declare const brand: unique symbol

/**
 * What people wrote, checked once by `parseText` and trusted everywhere behind it. Never
 * empty.
 */
export type Text = string & { readonly [brand]: 'Text' }

// C0 but tab and line feed, DEL, C1.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
const allControls = new RegExp(controls, 'g')
const lineBreaks = /\r\n?/g
// Neither white space nor a character without a width.
const visible = /[^\s\u200b-\u200f\u2060-\u2064]/

/**
 * Makes text safe for a reader with a plain terminal. Line breaks become `\n`. Every other
 * control character but the tab is removed. Fails where nothing is left that can be seen.
 */
export function parseText(text: string): Result<Text, 'empty-text'> {
  const clean = controls.test(text) ? text.replace(lineBreaks, '\n').replace(allControls, '') : text
  return visible.test(clean) ? ok(clean as Text) : fail('empty-text')
}

/** Bytes of UTF-8. Half a surrogate pair counts as the three bytes that it is encoded as. */
export function utf8Bytes(text: string): number {
  let bytes = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) bytes += 1
    else if (unit < 0x800) bytes += 2
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(at + 1))) {
      bytes += 4
      at++
    } else bytes += 3
  }
  return bytes
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
