/** C0 but tab and line feed, DEL, C1, and the characters that turn the direction of text around. */
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text that others wrote, without what a terminal would obey. Line feeds and tabs stay. */
export function cleanText(text: string): string {
  return text.replace(dangerous, '')
}

/** The same on one line: for names, and for whatever else stands inside a sentence. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/[\t\n\u2028\u2029]+/g, ' ')
}

/** Every further line is indented, so that no message can hold a line that looks as if somebody else had said it. */
export function indented(text: string): string {
  return text.replace(/[\n\u2028\u2029]/g, '\n    ')
}
