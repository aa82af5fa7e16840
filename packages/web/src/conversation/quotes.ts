/** Lines at the beginning that start with `> ` are quoted. */
export function quoteIn(text: string): { readonly quoted: string | null; readonly said: string } {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('>'))
  if (end <= 0) return { quoted: null, said: text }
  const quoted = lines.slice(0, end).map((line) => line.replace(/^> ?/, ''))
  return { quoted: quoted.join('\n'), said: lines.slice(end).join('\n').replace(/^\n/, '') }
}

/** What begins a reply to that message. Of a long one the beginning is quoted. */
export function quoteOf(from: string, text: string): string {
  const { said } = quoteIn(text)
  const lines = `${from}: ${said}`.split('\n').slice(0, mostLines)
  return lines.map((line) => `> ${line.slice(0, longestLine)}\n`).join('')
}

const mostLines = 4
const longestLine = 200
