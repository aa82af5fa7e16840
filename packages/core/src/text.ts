// C0 but tab and line feed, DEL, C1.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
const lineBreaks = /\r\n?/g

/**
 * What people wrote, safe for a reader with a plain terminal: line breaks become `\n`, every other control
 * character but the tab goes. Answers the empty string when no character but line breaks is left.
 */
export function cleanText(text: string): string {
  const clean = text.replace(lineBreaks, '\n').replace(controls, '')
  return /[^\n]/.test(clean) ? clean : ''
}
