import type { CheckedProtocol, FieldWords } from './checked-protocol.ts'
import { sourceLine, written } from './source-lines.ts'

interface Speaker {
  readonly protocol: string
  readonly name: string
  readonly heard: string[]
}

/**
 * A transcript as clients in the field would say it, to a server that takes nothing else: those of
 * `wanted` open by other words, and say what the rulings list. Line numbers stay the same.
 */
export function inFieldWords(
  text: string,
  wanted: ReadonlySet<string>,
  protocols: Readonly<Record<string, CheckedProtocol>>,
): string {
  const speakers = new Map<string, Speaker>()
  const wordsOf = (protocol: string | undefined): FieldWords | undefined =>
    protocol !== undefined && wanted.has(protocol) ? protocols[protocol]?.fieldWords : undefined
  const lines = text.split('\n').map((source) => {
    const line = sourceLine(source)
    if (line.kind === 'connects') speakers.set(line.actor, { protocol: line.protocol, name: line.actor, heard: [] })
    if (line.kind === 'signs-in') {
      speakers.set(line.actor, { protocol: line.protocol, name: line.name, heard: [] })
      const opening = wordsOf(line.protocol)?.opening
      return opening === undefined ? source : `${line.actor} signs in by ${opening} as ${line.name}`
    }
    if (line.kind === 'said' && !line.sent && line.said.form === 'notation') {
      speakers.get(line.actor)?.heard.push(line.said.text)
    }
    if (line.kind !== 'said' || !line.sent) return source
    const { actor, said, start } = line
    const speaker = speakers.get(actor)
    const words = wordsOf(speaker?.protocol)
    if (!words || !speaker || said.form === 'hex') return source
    const name = protocols[speaker.protocol]?.signIn.exec(said.form === 'notation' ? said.text : said.bytes)?.[1]
    if (name !== undefined) speakers.set(actor, { ...speaker, name })
    if (said.form === 'notation')
      return start + written({ form: 'notation', text: words.sent(said.text, speaker.name, speaker.heard) })
    const lines = said.bytes.split('\n').map((each) => words.sent(each, speaker.name, speaker.heard))
    return start + written({ form: said.form, bytes: lines.join('\n') })
  })
  return lines.join('\n')
}
